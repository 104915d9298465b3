package imports

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// schedule makes a trigger of a schedule's expression: rate(5 minutes) or cron(…).
func (t *template) schedule(name string, expression *node, start, service string, at *node) error {
	v := t.resolve(t.plain(expression))
	if expression == nil {
		return at.errorf("schedule %s: its expression is missing, want rate(…) or cron(…)", name)
	}
	before := len(t.d.triggers)
	err := t.d.schedule(name, v.text, start, service, expression)
	for _, tr := range t.d.triggers[before:] {
		t.triedAgain(tr, start)
	}
	return err
}

// scheduler is the one that the catalogue knows.
const scheduler = "eventbridge-scheduler"

// schedule makes a trigger that starts at fixed times.
func (d *Draft) schedule(name, expression, start, service string, at *node) error {
	tr := d.trigger(name, at, start)
	tr.from += ": " + expression
	if service != scheduler {
		d.note("schedules of %s are taken as those of %s, which bills each start", strings.ReplaceAll(service, "-", " "), scheduler)
	}
	about := tableOf(is("service", str(scheduler)))
	every, exact, err := period(expression)
	switch {
	case err != nil:
		return at.errorf("schedule %s: %v", name, err)
	case every == 0:
		about.add("every", ask("how far its starts are apart: "+expression))
	default:
		about.add("every", str(spec.Duration(every).String()))
		if !exact {
			d.lose(at, "schedule %s: %s is taken as every %s; days that it leaves out are not", name, expression, spec.Duration(every))
		}
	}
	tr.set("schedule", about, "")
	return nil
}

// period is the time between two starts of a schedule: 0 where it is not the same
// each time or not known, and exact where no start is left out.
func period(expression string) (every time.Duration, exact bool, err error) {
	s := strings.TrimSpace(expression)
	inner := func(word string) (string, bool) {
		rest, ok := strings.CutPrefix(s, word+"(")
		return strings.TrimSuffix(rest, ")"), ok && strings.HasSuffix(rest, ")")
	}
	if text, ok := inner("rate"); ok {
		every, err := rate(text)
		return every, true, err
	}
	if text, ok := inner("cron"); ok {
		return cron(strings.Fields(text))
	}
	if _, ok := inner("at"); ok || strings.Contains(s, "${") || s == "" { // once, or not known here
		return 0, false, nil
	}
	if fields := strings.Fields(s); len(fields) == 5 { // as Unix has it
		return cron(append(fields, "*"))
	}
	return 0, false, fmt.Errorf("found %s, want rate(5 minutes) or cron(0 12 * * ? *)", spec.Quote(expression))
}

func rate(text string) (time.Duration, error) {
	var n int
	var unit string
	if got, _ := fmt.Sscanf(text, "%d %s", &n, &unit); got != 2 || n < 1 || n > 1<<20 {
		return 0, fmt.Errorf("found rate(%s), want a number and minutes, hours or days", spec.Shorten(text))
	}
	switch strings.TrimSuffix(unit, "s") {
	case "minute":
		return time.Duration(n) * time.Minute, nil
	case "hour":
		return time.Duration(n) * time.Hour, nil
	case "day":
		if n > 3650 {
			return 0, fmt.Errorf("found rate(%s), want at most ten years", spec.Shorten(text))
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	return 0, fmt.Errorf("found rate(%s), want minutes, hours or days", spec.Shorten(text))
}

// cron is the period of minutes, hours, days of the month, months, days of the week and years.
func cron(f []string) (every time.Duration, exact bool, err error) {
	if len(f) != 6 {
		return 0, false, fmt.Errorf("found a cron of %s, want six: minutes, hours, day of month, month, day of week, year", plural(len(f), "field"))
	}
	free := func(s string) bool { return s == "*" || s == "?" }
	minutes, hours := times(f[0], 60), times(f[1], 24)
	days := free(f[2]) && free(f[4])
	exact = days && free(f[3]) && free(f[5])
	switch {
	case minutes == 0 || hours == 0:
		return 0, false, nil
	case free(f[1]): // so often an hour
		return time.Hour / time.Duration(minutes), exact, nil
	case minutes == 1 && days:
		return 24 * time.Hour / time.Duration(hours), exact, nil
	case minutes == 1 && hours == 1 && free(f[3]) && free(f[2]) && strings.Contains(f[4], "-"):
		return 24 * time.Hour, false, nil
	case minutes == 1 && hours == 1 && free(f[3]) && free(f[2]) && !strings.ContainsAny(f[4], ",#L/"):
		return 7 * 24 * time.Hour, free(f[5]), nil
	}
	return 0, false, nil
}

// times is how often a field of a cron holds within its range, where that is at equal
// distances; 0 where it is not.
func times(field string, of int) int {
	if field == "*" || field == "?" {
		return of
	}
	if first, step, ok := strings.Cut(field, "/"); ok {
		n, err := strconv.Atoi(step)
		if err != nil || n < 1 || n > of || of%n != 0 || first != "*" && first != "0" && tooLate(first, n) {
			return 0
		}
		return of / n
	}
	if list := strings.Split(field, ","); len(list) > 1 {
		step := -1
		for i := 1; i <= len(list); i++ {
			a, err1 := strconv.Atoi(list[i-1])
			b, err2 := strconv.Atoi(list[i%len(list)])
			if i == len(list) {
				b += of
			}
			if err1 != nil || err2 != nil || step >= 0 && b-a != step {
				return 0
			}
			step = b - a
		}
		return len(list)
	}
	if n, err := strconv.Atoi(field); err == nil && n >= 0 && n < of {
		return 1
	}
	return 0
}

// tooLate tells a first time after the step's own length, before which some are left out.
func tooLate(first string, step int) bool {
	n, err := strconv.Atoi(first)
	return err != nil || n < 0 || n >= step
}
