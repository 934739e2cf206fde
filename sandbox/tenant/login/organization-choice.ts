/** Chosen by a user who wants to log in without an organization. No organization has this id. */
export const PERSONAL_ACCOUNT = 'personal'
