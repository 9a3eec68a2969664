import { useSite } from '../../api/site';
import classes from './announcement.module.css';

/** What the operator has to say to everybody. */
export function Announcement() {
  const { announcement } = useSite();
  if (announcement === null || announcement === '') return null;
  return (
    <div className={classes.announcement} role="status">
      {announcement}
    </div>
  );
}
