/**
 * What Discord takes, as its reference and its libraries say (API v10, November 2026). Characters are UTF-16 units.
 * Everything that draws or checks for Discord asks here.
 */
export const DISCORD_LIMITS = {
  /** All of a message, nested ones too. */
  components: 40,
  /** All text displays of a message together. */
  text: 4000,
  customId: 100,
  buttonLabel: 80,
  url: 512,
  rowButtons: 5,
  selectOptions: 25,
  optionText: 100,
  placeholder: 150,
  sectionTexts: 3,
  modalTitle: 45,
  modalComponents: 5,
  label: 45,
  labelDescription: 100,
  inputLength: 4000,
  galleryItems: 10,
  description: 1024,
  users: 100,
  color: 0xffffff,
} as const;
