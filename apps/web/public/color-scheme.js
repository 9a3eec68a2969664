// Runs before the first paint, so that a page chosen to be dark is never white for a moment. It is a file of its own
// because the Content-Security-Policy allows no script within the page.
(() => {
  let chosen;
  try {
    chosen = localStorage.getItem('code-router-color-scheme');
  } catch {
    chosen = null;
  }
  const isDark = chosen === 'dark' || (chosen !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light');
})();
