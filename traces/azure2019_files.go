package traces

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// azureDay is one day's files. A path "" is a table that is not there.
type azureDay struct {
	number                         int
	invocations, durations, memory tableFile
}

// tableFile is a table's file: where it is, and what messages call it.
type tableFile struct{ path, name string }

func dayName(n int) string { return fmt.Sprintf("d%02d", n) }

// azureTables are the official names of the tables before ".dNN.csv", and the
// short ones before ".csv".
var azureTables = [3]struct{ official, short string }{
	{"invocations_per_function_md.anon.", "invocations"},
	{"function_durations_percentiles.anon.", "durations"},
	{"app_memory_percentiles.anon.", "memory"},
}

// azureName says which table a file is, and of which day. Short names are day 0.
func azureName(name string) (which, day int, ok bool) {
	for i, t := range azureTables {
		rest, found := strings.CutPrefix(name, t.official)
		if found && len(rest) >= 7 && rest[0] == 'd' && compressed(rest[3:]) {
			n, err := strconv.ParseUint(rest[1:3], 10, 8)
			return i, int(n), err == nil && n > 0
		}
		if rest, found = strings.CutPrefix(name, t.short); found && compressed(rest) {
			return i, 0, true
		}
	}
	return 0, 0, false
}

// compressed reports whether an ending is that of a CSV file, compressed or not.
func compressed(ending string) bool {
	return slices.Contains([]string{".csv", ".csv.gz", ".csv.zst", ".csv.xz"}, ending)
}

// azureDays finds the tables, in the order of days.
func (r *request) azureDays() ([]azureDay, error) {
	if r.path == "-" {
		return nil, fmt.Errorf("trace %s: azure2019 is three tables, expected a folder, not standard input", r.spec)
	}
	for _, place := range r.candidates() {
		dir, prefix, shownDir := place, "", r.path
		if info, err := os.Stat(place); err != nil || !info.IsDir() {
			dir, prefix = filepath.Split(place)
			shownDir, _ = filepath.Split(r.path)
		}
		entries, err := os.ReadDir(filepath.Clean(dir))
		if err != nil {
			if os.IsNotExist(err) {
				continue
			}
			return nil, fmt.Errorf("opening trace %s: %w", r.spec, err)
		}
		days, err := r.daysIn(entries, dir, shownDir, prefix)
		if len(days) > 0 || err != nil {
			return days, err
		}
	}
	return nil, r.notFound("a table " + azureTables[0].official + "dNN.csv or " + azureTables[0].short + ".csv")
}

// daysIn groups a folder's tables by day.
func (r *request) daysIn(entries []os.DirEntry, dir, shownDir, prefix string) ([]azureDay, error) {
	var days []azureDay
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), prefix)
		if !ok || e.IsDir() {
			continue
		}
		which, number, ok := azureName(rest)
		if !ok {
			continue
		}
		i := slices.IndexFunc(days, func(d azureDay) bool { return d.number == number })
		if i < 0 {
			i = len(days)
			days = append(days, azureDay{number: number})
		}
		file := []*tableFile{&days[i].invocations, &days[i].durations, &days[i].memory}[which]
		if file.path != "" {
			return nil, &Malformed{File: r.path, Problem: fmt.Sprintf("found both %s and %s, expected one of them", filepath.Base(file.path), e.Name())}
		}
		*file = tableFile{filepath.Join(dir, e.Name()), filepath.Join(shownDir, e.Name())}
	}
	// A memory table alone is no day: the full set's days without
	// invocations that the user did not download.
	days = slices.DeleteFunc(days, func(d azureDay) bool { return d.invocations.path == "" && d.durations.path == "" })
	slices.SortFunc(days, func(a, b azureDay) int { return a.number - b.number })
	if len(days) > 1 && days[0].number == 0 {
		return nil, &Malformed{File: r.path, Problem: "found tables under both short and official names, expected one set"}
	}
	for _, d := range days {
		for i, t := range []tableFile{d.invocations, d.durations} {
			if t.path == "" {
				name := azureTables[i].short + ".csv"
				if d.number > 0 {
					name = azureTables[i].official + dayName(d.number) + ".csv"
				}
				return nil, r.notFound(name)
			}
		}
	}
	return days, nil
}
