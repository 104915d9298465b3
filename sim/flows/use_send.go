package flows

// sendUse sends the message of a use.
func (a *actor) sendUse(e *errand, u *Use, c once, me ref) {
	panic("flows: a use that sends")
}
