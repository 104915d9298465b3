package main

import (
	"fmt"
	"time"
)

// timeFlag is a time in UTC as a flag: a day, or a time with its zone.
type timeFlag struct{ time.Time }

// String writes the time; empty where there is none.
func (t *timeFlag) String() string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// Set reads a time.
func (t *timeFlag) Set(s string) error {
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
		if at, err := time.Parse(layout, s); err == nil {
			t.Time = at
			return nil
		}
	}
	return fmt.Errorf("found %q, want a day as in 2026-10-01 or a time with its zone as in 2026-10-01T06:00:00Z", s)
}

// Type names the flag's value.
func (t *timeFlag) Type() string { return "time" }
