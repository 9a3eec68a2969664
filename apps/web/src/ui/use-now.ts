import { useEffect, useState } from 'react';

const MINUTE_MS = 60_000;

/** The time, anew each minute: what is computed from it goes on while the page stays open. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
