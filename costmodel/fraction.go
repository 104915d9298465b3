package costmodel

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// maxShares bounds into how many parts a GPU is let.
const maxShares = 1000

// Fraction is a part of one GPU, above 0 and at most 1, exactly: 0.125 and "1/8"
// are the same. The zero value is a whole one.
type Fraction struct{ rat big.Rat }

// DecodeSpec reads a number, or a text such as "1/3".
func (f *Fraction) DecodeSpec(n *spec.Node) error {
	text := ""
	switch v := n.Value().(type) {
	case string:
		text = v
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	}
	r, ok := new(big.Rat), len(text) <= maxPriceDigits && strings.Trim(text, "0123456789./") == "" // no exponent: a large one takes for ever
	if ok {
		_, ok = r.SetString(text)
	}
	if !ok || r.Sign() <= 0 || r.Cmp(big.NewRat(1, 1)) > 0 || r.Denom().Cmp(big.NewInt(maxShares)) > 0 {
		return n.Errorf(`found %s, want a part of a GPU above 0 and at most 1, of %d at the finest, such as 0.5 or "1/3"`, n, maxShares)
	}
	f.rat = *r
	return nil
}

// String writes it as "1/8", a whole one as "1".
func (f Fraction) String() string {
	if f.Whole() {
		return "1"
	}
	return f.rat.RatString()
}

// Whole reports whether it is a whole GPU.
func (f Fraction) Whole() bool { return f.rat.Sign() == 0 || f.rat.Cmp(big.NewRat(1, 1)) == 0 }
