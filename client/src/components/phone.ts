/** Whether this is handled with fingers, or too narrow for menus: sheets stand in for them. */
export function isPhone(): boolean {
  return matchMedia("(max-width: 720px), (pointer: coarse)").matches;
}
