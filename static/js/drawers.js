// The side regions are popovers on a narrow screen and plain columns on a wide one.

const wide = matchMedia("(min-width: 68.76rem)");
const lane = () => document.querySelector("#lane-drawer:popover-open");
const panel = () => document.querySelector(".panel-slot .panel");
const waiting = () => document.querySelectorAll("#task-lane .task:not(.task--closed)").length;

/** Closes drawers when the screen becomes wide; brings the lane with its panel, and takes it away when all is done. */
export function installDrawers() {
  let shown = panel()?.id;
  let tasks = waiting();

  wide.addEventListener("change", () => {
    for (const drawer of document.querySelectorAll(".side:popover-open")) drawer.hidePopover();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".panel [data-close-surface]")) return;
    shown = undefined;
    lane()?.hidePopover();
  });
  document.addEventListener("htmx:after:swap", () => {
    const now = panel();
    const [before, had] = [shown, tasks];
    [shown, tasks] = [now?.id, waiting()];
    // What comes next, the banner or a reply, stands behind the drawer.
    if (!now && (before || (had && !tasks))) lane()?.hidePopover();
    if (!now || now.id === before) return;
    const side = now.closest(".side");
    if (!wide.matches && !side.matches(":popover-open")) side.showPopover();
    now.scrollIntoView({ block: "nearest" });
  });
}
