package plain

import (
	"fmt"
	"strings"
)

// Few names the first five of a list, each as a Line, and says how many more there are.
func Few(names []string) string {
	const most = 5
	var words []string
	for _, name := range names[:min(most, len(names))] {
		words = append(words, Line(name))
	}
	text := strings.Join(words, ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
