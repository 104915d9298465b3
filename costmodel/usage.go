package costmodel

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
)

// Entry is one quantity of a Usage.
type Entry struct {
	Meter    string   // as the tariff's prices name it
	Unit     string   // a unit of the package, such as "MiB-ms"
	Quantity *big.Int // ≥ 0
}

// entryJSON holds the quantity as a string: many JSON readers make a float of
// a number.
type entryJSON struct {
	Meter    string `json:"meter"`
	Unit     string `json:"unit"`
	Quantity string `json:"quantity"`
}

// MarshalJSON writes the entry without loss.
func (e Entry) MarshalJSON() ([]byte, error) {
	return json.Marshal(entryJSON{e.Meter, e.Unit, e.Quantity.String()})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *Entry) UnmarshalJSON(b []byte) error {
	var j entryJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	if !digits(j.Quantity) {
		return fmt.Errorf("usage of meter %q: found quantity %q, want digits", j.Meter, j.Quantity)
	}
	e.Meter, e.Unit = j.Meter, j.Unit
	e.Quantity, _ = new(big.Int).SetString(j.Quantity, 10)
	return nil
}

// Usage is what was used, in integers, in the order of the tariff's rule. A
// meter occurs once. The entries of a Usage are never changed in place.
type Usage []Entry

// Get returns the quantity of a meter, 0 where there is none.
func (u Usage) Get(meter string) *big.Int {
	if i := u.index(meter); i >= 0 {
		return new(big.Int).Set(u[i].Quantity)
	}
	return new(big.Int)
}

// With returns the usage with n of a meter added, in the given unit. It is how
// quantities that no simulation produces are given: bytes streamed, versions
// cached, hours of a rented machine.
func (u Usage) With(meter, unit string, n int64) Usage {
	return append(slices.Clip(u), Entry{meter, unit, big.NewInt(n)})
}

// Merge returns the sum of two usages of one tariff: meter by meter, those of
// v that u has not at the end. Its error says which meter has two units.
func (u Usage) Merge(v Usage) (Usage, error) {
	out := slices.Clone(u)
	for _, e := range v {
		i := out.index(e.Meter)
		switch {
		case i < 0:
			out = append(out, e)
		case out[i].Unit != e.Unit:
			return nil, fmt.Errorf("adding usage: meter %q is counted in %q and in %q", e.Meter, out[i].Unit, e.Unit)
		default:
			out[i].Quantity = new(big.Int).Add(out[i].Quantity, e.Quantity)
		}
	}
	return out, nil
}

func (u Usage) index(meter string) int {
	return slices.IndexFunc(u, func(e Entry) bool { return e.Meter == meter })
}
