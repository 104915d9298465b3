package applications

import "slices"

// Platforms lists the names of the platforms that its functions ask for, in the
// order in which they stand in the file.
func (a *Application) Platforms() (list []string) {
	for i := range a.file.Functions {
		if p := a.file.Functions[i].Platform; p != "" && p != hole && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}
