package experiments

import (
	"fmt"
	"slices"
	"strings"
)

// setPrefix begins the errors of a --set.
const setPrefix = "--set "

// ofSets says of an error which --set is to blame, where what is wrong is between its
// value and what stands in the file: a watermark beyond 1 is wrong of the server, whose
// line is the file's. That is told by doing without: a --set is to blame where the
// same without it is right.
func ofSets(err error, sets []string, without func(sets []string) error) error {
	if err == nil || strings.HasPrefix(err.Error(), setPrefix) {
		return err
	}
	var blamed []string
	for i, s := range sets {
		if without(slices.Delete(slices.Clone(sets), i, i+1)) == nil {
			blamed = append(blamed, setPrefix+s)
		}
	}
	if blamed == nil {
		return err
	}
	return fmt.Errorf("%s: %w", strings.Join(blamed, ", "), err)
}
