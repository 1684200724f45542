// Signing out leaves nothing behind in the browser: what this tab and the others kept of one's work goes.

/** Installs what the sign-out form does on its way out. */
export function installSignOut() {
  const others = new BroadcastChannel("sign-out");
  others.addEventListener("message", () => sessionStorage.clear());
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    sessionStorage.clear();
    others.postMessage(null);
  });
}
