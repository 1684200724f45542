// Fetches Monaco once, when the first editor is opened. A failed attempt is forgotten: the next opening tries again.

let loading;

function add(tag, attributes) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.onload = resolve;
    element.onerror = () => {
      element.remove();
      reject(new Error(`${attributes.src ?? attributes.href} could not be loaded`));
    };
    document.head.append(element);
  });
}

async function fetchParts() {
  const { nonce, dataset } = document.querySelector('meta[name="editor"]');
  // The build makes Monaco give this nonce to the <style> elements that it creates.
  globalThis.MonacoEnvironment = { styleNonce: nonce, getWorker: () => new Worker(dataset.worker) };
  const needed = [add("link", { rel: "stylesheet", href: dataset.style })];
  if (!globalThis.FlowPilotEditor) needed.push(add("script", { src: dataset.script }));
  await Promise.all(needed);
  return globalThis.FlowPilotEditor;
}

/** The bundle's `createEditor` and `createDiff`; rejects where it cannot be had. */
export function loadEditorBundle() {
  loading ??= fetchParts().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** Resolves when the element takes up room on the screen, at once if it does already. */
export function seen(element) {
  return new Promise((resolve) => {
    if (element.getClientRects().length) {
      resolve();
      return;
    }
    const watch = new ResizeObserver(() => {
      if (!element.getClientRects().length) return;
      watch.disconnect();
      resolve();
    });
    watch.observe(element);
  });
}

/** Calls `fit(width, height)` as the element's size changes, but not while it is hidden: that would lose its scroll. */
export function fitted(element, fit) {
  const watch = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width && contentRect.height) fit(contentRect.width, contentRect.height);
  });
  watch.observe(element);
  return watch;
}
