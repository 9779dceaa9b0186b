// Hands a task to the worker; the test calls window.run.
window.run = (task) => new Promise((resolve, reject) => {
  const worker = new Worker('worker.mjs', { type: 'module' });
  worker.onmessage = (e) => resolve(e.data);
  worker.onerror = (e) => reject(new Error(e.message || 'worker failed'));
  worker.postMessage(task);
});
// Does the policy stand? Code from a string must not run; tried here, as what
// a test evaluates is exempt from the policy.
const evaluates = () => {
  try {
    return new Function('return true')();
  } catch {
    return false;
  }
};
window.evaluated = evaluates();
window.ready = true;
