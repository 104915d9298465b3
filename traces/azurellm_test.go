package traces

import (
	"testing"
	"time"
)

// Times as they are published, and as RFC 3339 lets them be: a minute may have a
// 61st second, a leap second, which POSIX counts as the first of the next minute.
func TestTimestamp(t *testing.T) {
	at := func(year, month, day, hour, minute, second, ns int) int64 {
		return time.Date(year, time.Month(month), day, hour, minute, second, ns, time.UTC).UnixNano()
	}
	for _, c := range []struct {
		text string
		want int64 // 0: refused
	}{
		{"2016-12-31 23:59:59", at(2016, 12, 31, 23, 59, 59, 0)},
		{"2016-12-31 23:59:60", at(2017, 1, 1, 0, 0, 0, 0)},
		{"2016-12-31 23:59:60.25Z", at(2017, 1, 1, 0, 0, 0, 250_000_000)},
		{"2016-12-31 18:59:60-05:00", at(2017, 1, 1, 0, 0, 0, 0)},
		{"2016-12-31 23:59:61", 0},
		{"2016-12-31 23:60:00", 0},
		{"2016-12-31 24:00:00", 0},
		{"2024-02-29 00:00:00", at(2024, 2, 29, 0, 0, 0, 0)},
		{"2023-02-29 00:00:00", 0},
		{"2024-00-10 00:00:00", 0},
		{"2024-13-10 00:00:00", 0},
		{"1979-12-31 23:59:59", 0},
		{"1980-01-01 00:00:00", at(1980, 1, 1, 0, 0, 0, 0)},
		{"2251-12-31 23:59:59", at(2251, 12, 31, 23, 59, 59, 0)},
		{"2252-01-01 00:00:00", 0},
		{"2024-05-10 00:00:00.", 0},
		{"2024-05-10 00:00:00,5", 0},
		{"2024-05-10 00:00:00.999999999+23:59", at(2024, 5, 9, 0, 1, 0, 999_999_999)},
		{"2024-05-10 00:00:00+24:00", 0},
		{"2024-05-10 00:00:00+00:60", 0},
		{"2024-05-10 00:00", 0},
	} {
		got, ok := timestamp([]byte(c.text))
		if ok != (c.want != 0) || ok && got != c.want {
			t.Errorf("%q: %d, %v; want %d", c.text, got, ok, c.want)
		}
	}
}
