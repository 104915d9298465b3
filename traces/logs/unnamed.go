package logs

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/coldcurve/coldcurve/internal/plain"
	"github.com/coldcurve/coldcurve/internal/redact"
)

// Requests that name no function belong to one all the same. It is told by where
// they stand: by the words of the file's name, as in orders-2026-11-01.log, or
// where it has none, as in 2026/11/01/000000.gz, of the nearest folder. Parts of
// one log, by day or by size, so are one function.

// nobody is the function of requests that nothing names.
const nobody = "function"

// homes hold folders that are named after people.
var homes = map[string]bool{"home": true, "Users": true}

// unnamed returns the function of the requests of a file that name none.
func unnamed(file string) string {
	for at := path.Clean(strings.ReplaceAll(file, `\`, "/")); ; at = path.Dir(at) {
		dir, base := path.Split(at)
		if base == "" || base == "." || base == ".." || homes[base] || homes[path.Base(dir)] {
			return nobody
		}
		if name := words(base); name != "" && isPlain(name) {
			return name
		}
		if dir == "" {
			return nobody
		}
	}
}

// isPlain reports whether a name is one that a function may have.
func isPlain(name string) bool {
	return len(name) <= nameMost && utf8.ValidString(name) && !strings.ContainsFunc(name, plain.Acts)
}

// endings say how a file is written, and not what it is of.
var endings = wordSet("log logs out err txt text json jsonl ndjson csv tsv gz gzip zst zstd xz bz2 zip b64 base64 part tmp")

// words returns what a name says beside dates, numbers, counters and hashes: of
// its parts between points the first that says anything, and is no ending.
func words(name string) string {
	for i, part := range strings.Split(name, ".") {
		if i > 0 && endings[strings.ToLower(part)] {
			continue
		}
		if w := lasting(part); w != "" {
			return w
		}
	}
	return ""
}

// stream is the end of a log stream of Lambda, [$LATEST]0123….
var stream = regexp.MustCompile(`\[[$\w]+\][0-9a-fA-F]*`)

// uuids name an export's folder and delivered files.
var uuids = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// partition is a folder of a partitioned table, year=2026.
var partition = regexp.MustCompile(`^\w+=(.*)$`)

// lasting is a name without its groups of letters and digits that are another in
// the next file of the same log. A name of which all stays is returned as it is.
func lasting(name string) string {
	kept := stream.ReplaceAllString(uuids.ReplaceAllString(name, ""), "")
	if m := partition.FindStringSubmatch(kept); m != nil {
		return lasting(m[1])
	}
	groups := strings.FieldsFunc(kept, isMark)
	numbers := strings.ContainsFunc(kept, unicode.IsDigit)
	all := len(kept) == len(name)
	var stay []string
	for _, g := range groups {
		if passing(g, numbers, len(groups) == 1) {
			all = false
			continue
		}
		stay = append(stay, g)
	}
	if all && len(groups) > 0 {
		return name
	}
	return joined(kept, stay)
}

func isMark(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// joined returns the groups that stay with the mark that stands before each.
func joined(name string, groups []string) string {
	var b strings.Builder
	for _, g := range groups {
		i := strings.Index(name, g)
		if b.Len() > 0 {
			mark, _ := utf8.DecodeLastRuneInString(name[:i])
			b.WriteRune(mark)
		}
		b.WriteString(g)
		name = name[i+len(g):]
	}
	return b.String()
}

// moment is a number, or a date or a time of day without marks: 20261101T0930Z,
// 2026w45, 9h, 2nd.
var moment = regexp.MustCompile(`^\d+([a-zA-Z]{1,2}(\d+[a-zA-Z]?)*)?$|^(?i:(week|wk|w|day|d|hour|hr|h|month|year|part|p|q|chunk|shard|file|batch|run)\d+)$`)

// digits of base 16.
var hexadecimal = regexp.MustCompile(`^[0-9a-fA-F]{7,}$`)

var dates = wordSet("monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun " +
	"january february march april may june july august september october november december " +
	"jan feb mar apr jun jul aug sep sept oct nov dec utc gmt today yesterday")

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// counts are words that say no more than the number beside them.
var counts = wordSet("part chunk shard file batch run page log logs export data")

// passing reports whether a group of letters and digits is of a moment, a count or
// a digest, in a name that has numbers or has groups beside it.
func passing(g string, numbers, alone bool) bool {
	word := strings.ToLower(g)
	switch {
	case digitWords[word]:
		return false
	case moment.MatchString(g), numbers && counts[word], (numbers || alone) && dates[word]:
		return true
	case hexadecimal.MatchString(g) && (len(g) >= 8 || strings.ContainsAny(g, "0123456789")):
		return true
	}
	clean, _ := redact.Name([]byte(g))
	return isMasked(clean) // at random
}

// digitWords begin with a digit, and are words all the same.
var digitWords = wordSet("2d 3d 2fa")

// Taken is a function whose name is taken from files, or was given for them: of
// requests that name none.
type Taken struct {
	Function int // in Profile.Functions
	Files    int
}

// took is the function of the requests of one file that name none.
func (c *collector) took(f int32) {
	for i := range c.taken {
		if c.taken[i].account == f {
			c.taken[i].files++
			return
		}
	}
	c.taken = append(c.taken, takenAccount{f, 1})
}

type takenAccount struct {
	account int32
	files   int
}

// takenIn orders what was taken by the functions of the profile.
func (c *collector) takenIn(places []uint32) (out []Taken) {
	for _, t := range c.taken {
		if a := c.accounts[c.resolve(t.account)]; a.Requests > 0 {
			out = append(out, Taken{int(places[t.account]), t.files})
		}
	}
	return out
}

// TakenFor says as what the requests that name no function were taken, and is
// empty where all name one.
func (p *Profile) TakenFor() string {
	if len(p.Taken) == 0 {
		return ""
	}
	const most = 5
	files := 0
	var names []string
	for i, t := range p.Taken {
		files += t.Files
		if i < most {
			name := p.Functions[t.Function].Name
			if t.Files > 1 && len(p.Taken) > 1 {
				name += fmt.Sprintf(" (%d files)", t.Files)
			}
			names = append(names, name)
		}
	}
	if n := len(p.Taken) - most; n > 0 {
		names = append(names, fmt.Sprintf("%d more", n))
	}
	if len(p.Taken) == 1 {
		return fmt.Sprintf("%s as one function, %s", ofFiles(files), names[0])
	}
	return fmt.Sprintf("%s as %d functions, told apart by the names of files and folders: %s", ofFiles(files), len(p.Taken), strings.Join(names, ", "))
}

func ofFiles(n int) string {
	if n == 1 {
		return "those of one file are taken"
	}
	return fmt.Sprintf("those of %d files are taken", n)
}
