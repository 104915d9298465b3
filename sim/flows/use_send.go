package flows

// sendUse sends the message of a use, whose count is the use's.
func (a *actor) sendUse(e *errand, u *Use, c once, me ref) {
	p := parcel{send: u.Send, key: c.key, attempt: e.attempt, before: a.sizeOf(e, u, c), sized: u.Size != nil, from: e.place, lin: e.lin, owner: u.Owner, cause: e.causeOf(u), to: me}
	a.send(&p)
}
