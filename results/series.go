package results

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/coldcurve/coldcurve/sim"
)

// seriesJSON is a Series in a unit's file. Each column is its differences, one
// after another, as signed varints (and those in base64, as JSON has bytes): a
// run of many units reads thousands of series, and numbers as text took most of
// that time.
type seriesJSON struct {
	Step                                                sim.Time
	Arrivals, ColdStarts, Instances, Initialising, Busy []byte
}

// MarshalJSON writes the series without loss.
func (s Series) MarshalJSON() ([]byte, error) {
	return json.Marshal(seriesJSON{s.Step, pack(s.Arrivals), pack(s.ColdStarts), pack(s.Instances), pack(s.Initialising), pack(s.Busy)})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Series) UnmarshalJSON(data []byte) error {
	var in seriesJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	s.Step = in.Step
	return errors.Join(unpack(in.Arrivals, &s.Arrivals), unpack(in.ColdStarts, &s.ColdStarts),
		unpack(in.Instances, &s.Instances), unpack(in.Initialising, &s.Initialising), unpack(in.Busy, &s.Busy))
}

// pack writes the differences of a column; they wrap around, as integers do.
func pack[T int64 | uint64](column []T) []byte {
	var out []byte
	last := int64(0)
	for _, v := range column {
		out = binary.AppendVarint(out, int64(v)-last)
		last = int64(v)
	}
	return out
}

func unpack[T int64 | uint64](data []byte, into *[]T) error {
	n := 0 // a value ends with a byte of less than 128
	for _, b := range data {
		n += int(b>>7 ^ 1)
	}
	out := make([]T, 0, n)
	last := int64(0)
	for len(data) > 0 {
		d, n := binary.Varint(data)
		if n <= 0 {
			return fmt.Errorf("time series: value %d is cut off or too long", len(out))
		}
		last += d
		out, data = append(out, T(last)), data[n:]
	}
	*into = out
	return nil
}
