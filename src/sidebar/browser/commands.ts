/** Commands of the panel. */
export const SidebarCommands = {
  /** Args: {section?: string}. */
  open: 'datalake:open-panel',
  signInAgain: 'datalake:sign-in-again'
} as const;
