/**
 * Opens the context menu of an element from a button or a key, where a right click would have opened
 * it: JupyterLab listens for the event only.
 */
export function openContextMenu(element: Element): void {
  const { left, bottom } = element.getBoundingClientRect();
  element.dispatchEvent(
    new MouseEvent('contextmenu', {
      bubbles: true,
      cancelable: true,
      clientX: left,
      clientY: bottom,
      button: 2
    })
  );
}
