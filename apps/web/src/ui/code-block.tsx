import { CopyButton } from './copy-button';
import classes from './code-block.module.css';

/** Text for a terminal or an editor, with a button that copies it. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }) {
  return (
    <div className={classes.block}>
      <pre className={classes.code} tabIndex={0} role="region" aria-label={label}>
        {code}
      </pre>
      <div className={classes.copy}>
        <CopyButton value={code} />
      </div>
    </div>
  );
}
