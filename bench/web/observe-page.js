// Runs in the browser, before anything of the page: notes how it loads, how long keystrokes take, and how it scrolls.
// Plain JavaScript, since it is handed to the browser as it is.
(() => {
  const entriesOf = (type, options = {}) => {
    const entries = [];
    new PerformanceObserver((list) => entries.push(...list.getEntries())).observe({ type, buffered: true, ...options });
    return entries;
  };
  const paints = entriesOf('paint');
  const largest = entriesOf('largest-contentful-paint');
  const shifts = entriesOf('layout-shift');
  const longTasks = entriesOf('longtask');
  const interactions = entriesOf('event', { durationThreshold: 16 });

  /** What a task takes beyond this keeps somebody waiting: the definition of total blocking time. */
  const BLOCKING_MS = 50;
  const blockingMs = (tasks) => tasks.reduce((sum, { duration }) => sum + Math.max(duration - BLOCKING_MS, 0), 0);

  /** Resolves to the moment at which what is drawn in the next frame is on the screen, as nearly as a page can tell. */
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.addEventListener('message', () => resolve(performance.now()), { once: true });
        channel.port1.start();
        channel.port2.postMessage(null);
      });
    });

  window.codeRouterBench = {
    /** How the page was loaded, as Lighthouse tells it. */
    load() {
      const firstPaint = paints.find(({ name }) => name === 'first-contentful-paint')?.startTime ?? 0;
      const scripts = performance
        .getEntriesByType('resource')
        .filter(({ name, initiatorType }) => initiatorType === 'script' || /\.js(\?|$)/.test(name));
      return {
        firstPaintMs: firstPaint,
        largestPaintMs: largest.at(-1)?.startTime ?? 0,
        layoutShift: shifts.reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0),
        blockingMs: blockingMs(longTasks.filter(({ startTime }) => startTime >= firstPaint)),
        scriptBytes: scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      };
    },

    /** Waits for the next key, and resolves to the time until the table has a right number of rows and is painted. */
    async filtered(isRight) {
      const pressedAt = await new Promise((resolve) => {
        addEventListener('keydown', ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true });
        window.codeRouterBench.isListening = true;
      });
      window.codeRouterBench.isListening = false;
      for (;;) {
        const paintedAt = await painted();
        const table = document.querySelector('main table');
        const count = table === null ? 0 : Number(table.getAttribute('aria-rowcount')) - 1;
        if (isRight(count)) return paintedAt - pressedAt;
      }
    },

    /** The longest that an input took to the next frame, as the browser itself tells it, in steps of 8 ms. */
    slowestInteractionMs: () => interactions.reduce((slowest, { duration }) => Math.max(slowest, duration), 0),

    /** Scrolls down with each frame until so many rows have been drawn, and notes how long the frames took. */
    async scroll(rows) {
      const frames = [];
      const tasksBefore = longTasks.length;
      let last = performance.now();
      for (;;) {
        const drawn = [...document.querySelectorAll('main tbody tr[data-index]')].at(-1);
        if (drawn && Number(drawn.getAttribute('data-index')) >= rows - 1) break;
        scrollBy(0, 120);
        const now = await painted();
        frames.push(now - last);
        last = now;
      }
      const tasks = longTasks.slice(tasksBefore);
      return { frames, longTasks: tasks.length, blockingMs: blockingMs(tasks) };
    },

    /** How long each answer of a path was waited for. */
    answersMs: (path) =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => new URL(name).pathname === path)
        .map(({ duration }) => duration),
  };
  performance.setResourceTimingBufferSize(5_000);
})();
