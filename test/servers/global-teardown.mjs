/** Jest's globalTeardown: lets the supervisor stop the servers, and waits until it has. */
export default async function stopServers() {
  const supervisor = globalThis.testServersSupervisor;
  if (!supervisor || supervisor.exitCode !== null) return;
  supervisor.ref();
  const ended = new Promise((resolve) => supervisor.once('exit', resolve));
  supervisor.stdin.end();
  await ended;
}
