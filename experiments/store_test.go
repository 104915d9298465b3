package experiments

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// TestDamagedUnit: whatever happens to a byte of a unit's file, the file is not
// taken for the unit.
func TestDamagedUnit(t *testing.T) {
	whole := read(t, finishedUnits(t, filepath.Join(t.TempDir(), "out"))[0])
	id := unitID(t)
	s := store{t.TempDir(), buildID()}
	write(t, s.path(id), whole)
	if r, err := s.summary(id); err != nil || r.Arrivals() == 0 {
		t.Fatalf("the whole file: got %v, %v", r, err)
	}
	if r, err := s.unit(id); err != nil || len(r.Functions) != 1 {
		t.Fatalf("its functions: got %v, %v", r, err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		data := []byte(whole)
		at := rapid.IntRange(0, len(data)-1).Draw(rt, "at")
		switch rapid.SampledFrom([]string{"flip", "cut", "extend"}).Draw(rt, "how") {
		case "flip":
			data[at] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		case "cut":
			data = data[:at]
		case "extend":
			data = append(data, rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(rt, "more")...)
		}
		write(t, s.path(id), string(data))
		if _, err := s.summary(id); !errors.Is(err, errDamaged) {
			rt.Fatalf("got %v", err)
		}
	})
}

// TestLongUnit: a file of a terabyte, most of it a hole, is refused by its
// length; reading it through would take an hour.
func TestLongUnit(t *testing.T) {
	whole := finishedUnits(t, filepath.Join(t.TempDir(), "out"))[0]
	if err := os.Truncate(whole, 1<<40); err != nil {
		t.Skip("no sparse files here: ", err)
	}
	s := store{filepath.Dir(whole), buildID()}
	if err := s.record(filepath.Base(whole), nil); !errors.Is(err, errDamaged) {
		t.Errorf("got %v", err)
	}
}

// unitID is the identity of the small plan's first unit in the order of names.
func unitID(t *testing.T) string {
	t.Helper()
	p := smallPlan(t)
	defer p.Close()
	id := p.units[0].id
	for _, u := range p.units {
		id = min(id, u.id)
	}
	return id
}
