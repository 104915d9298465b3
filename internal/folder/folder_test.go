package folder

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// files are a folder's files by name.
type files map[string]string

// ours is a folder as the tests' program writes it, but for the manifest.
var ours = files{"a.csv": "old a", "plots/p.svg": "old p", "gone/g.svg": "old g"}

// next is what takes its place.
var next = files{"a.csv": "new a", "plots/p.svg": "new p", "b.csv": "new b"}

// fill writes files and a manifest that lists them.
func fill(t *testing.T, dir string, f files) {
	t.Helper()
	write(t, dir, f)
	var m struct {
		Ours  bool                `json:"ours"`
		Files []map[string]string `json:"files"`
	}
	m.Ours = true
	for name, text := range f {
		sum := sha256.Sum256([]byte(text))
		m.Files = append(m.Files, map[string]string{"name": name, "digest": "sha256:" + hex.EncodeToString(sum[:])})
	}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, files{Manifest: string(data)})
}

func write(t *testing.T, dir string, f files) {
	t.Helper()
	for name, text := range f {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// tree is what a folder holds, less the manifest; nil where there is none.
func tree(t *testing.T, dir string) files {
	t.Helper()
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	f := files{}
	names, err := filesIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if name != Manifest {
			f[name] = string(data)
		}
	}
	return f
}

// with returns files and more of them.
func with(all ...files) files {
	sum := files{}
	for _, f := range all {
		for name, text := range f {
			sum[name] = text
		}
	}
	return sum
}

func kind(force bool) Kind {
	return Kind{Name: "folder of tests", Force: force, Holds: func(data []byte) error {
		if !strings.Contains(string(data), `"ours":true`) {
			return errors.New("holds something else")
		}
		return nil
	}}
}

func open(t *testing.T, dir string, force bool) *Folder {
	t.Helper()
	f, err := Open(dir, kind(force))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func closed(t *testing.T, f *Folder) {
	t.Helper()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// publish opens a folder, lets something happen while the work is done, and
// publishes next.
func publish(t *testing.T, dir string, force bool, meanwhile func(dir string)) error {
	t.Helper()
	f, err := Open(dir, kind(force))
	if err != nil {
		return err
	}
	if meanwhile != nil {
		meanwhile(dir)
	}
	err = f.Publish(func(fresh string) error { fill(t, fresh, next); return nil })
	closed(t, f)
	return err
}

// TestNothingOfTheUsersIsRemoved: what stands in the folder's place before and
// while the work is done, and what stands there afterwards.
func TestNothingOfTheUsersIsRemoved(t *testing.T) {
	mine := files{"thesis.txt": "x"}
	for _, row := range []struct {
		name      string
		before    func(t *testing.T, dir string)
		meanwhile func(t *testing.T, dir string)
		force     bool
		want      files
		refused   string // of the message, after the folder's name; empty: it is written
	}{
		{"nothing", nil, nil, false, next, ""},
		{"an empty folder", empty, nil, false, next, ""},
		{"ours", old, nil, false, next, ""},
		{"ours, by force", old, nil, true, next, ""},
		{"ours, of which one was removed", func(t *testing.T, dir string) { old(t, dir); rm(t, dir, "gone/g.svg") }, nil, false, next, ""},
		{"the user's", put(mine), nil, false, mine, " is there and is no folder of tests: it has thesis.txt; choose another with -o"},
		{"the user's, by force", put(mine), nil, true, mine, " is there and is no folder of tests: it has thesis.txt; choose another with -o"},
		{"many of the user's", put(files{"1": "", "2": "", "3": "", "4": "", "5": "", "6/7": "", "8": ""}), nil, false,
			files{"1": "", "2": "", "3": "", "4": "", "5": "", "6/7": "", "8": ""}, " is there and is no folder of tests: it has 1, 2, 3, 4, 5 and 2 more; choose another with -o"},
		{"five of the user's, one with a name that moves the cursor", put(files{"1": "", "2": "", "3": "", "4": "", "\x1b[2J\x7f": ""}), nil, false,
			files{"1": "", "2": "", "3": "", "4": "", "\x1b[2J\x7f": ""}, " is there and is no folder of tests: it has \\u001b[2J\\u007f, 1, 2, 3, 4; choose another with -o"},
		{"a manifest that is a folder, by force", func(t *testing.T, dir string) { empty(t, filepath.Join(dir, Manifest)) }, nil, true, files{},
			" is there and is no folder of tests: it has manifest.json/; choose another with -o"},
		{"another's manifest, by force", put(files{"manifest.json": "{}"}), nil, true, files{}, " holds something else"},
		{"ours and the user's", both(old, put(mine)), nil, false, with(ours, mine),
			" has what no run wrote: thesis.txt; move it, or choose another with -o (--force replaces the rest and leaves it)"},
		{"ours and the user's, by force", both(old, put(mine)), nil, true, with(next, mine), ""},
		{"the user's among the plots, by force", both(old, put(files{"plots/mine.png": "y"})), nil, true, with(next, files{"plots/mine.png": "y"}), ""},
		{"an empty folder of the user's", func(t *testing.T, dir string) { old(t, dir); empty(t, filepath.Join(dir, "notes")) }, nil, false, ours,
			" has what no run wrote: notes/; move it, or choose another with -o (--force replaces the rest and leaves it)"},
		{"the user's where a file goes, by force", both(old, put(files{"b.csv": "mine"})), nil, true, with(ours, files{"b.csv": "mine"}),
			" has what no run wrote where the results go: b.csv; move it, or choose another with -o"},
		{"one that was changed", both(old, put(files{"a.csv": "edited"})), nil, false, with(ours, files{"a.csv": "edited"}),
			" has what was changed since it was written: a.csv; move it, choose another with -o, or replace it with --force"},
		{"one that was changed, by force", both(old, put(files{"a.csv": "edited"})), nil, true, next, ""},
		{"a link in place of a file", func(t *testing.T, dir string) {
			old(t, dir)
			rm(t, dir, "a.csv")
			elsewhere := t.TempDir()
			write(t, elsewhere, files{"a": "old a"})
			link(t, filepath.Join(elsewhere, "a"), filepath.Join(dir, "a.csv"))
		}, nil, false, ours, " has what no run wrote: a.csv; move it, or choose another with -o (--force replaces the rest and leaves it)"},

		{"the user's, meanwhile", nil, put(mine), false, mine, " is there and is no folder of tests: it has thesis.txt; choose another with -o"},
		{"the user's, meanwhile, by force", nil, put(mine), true, mine, " is there and is no folder of tests: it has thesis.txt; choose another with -o"},
		{"an empty folder, meanwhile", nil, empty, false, next, ""},
		{"ours, meanwhile gone", old, func(t *testing.T, dir string) { rm(t, dir, "") }, false, next, ""},
		{"beside ours, meanwhile", old, put(mine), false, with(ours, mine),
			" has what no run wrote: thesis.txt; move it, or choose another with -o (--force replaces the rest and leaves it)"},
		{"beside ours, meanwhile, by force", old, put(mine), true, with(next, mine), ""},
		{"changed meanwhile", old, put(files{"a.csv": "edited"}), false, with(ours, files{"a.csv": "edited"}),
			" has what was changed since it was written: a.csv; move it, choose another with -o, or replace it with --force"},
	} {
		for _, where := range []struct {
			name string
			dir  func(t *testing.T) string
		}{{"beside", func(t *testing.T) string { return filepath.Join(t.TempDir(), "out") }}, {"working folder", workingFolder}, {"mount point", mountPoint}, {"link", linked}} {
			t.Run(row.name+"/"+where.name, func(t *testing.T) {
				dir := where.dir(t)
				if row.before != nil {
					row.before(t, dir)
				}
				var meanwhile func(string)
				if row.meanwhile != nil {
					if row.name == "ours, meanwhile gone" && where.name != "beside" {
						t.Skip("it stays where it is")
					}
					meanwhile = func(dir string) { row.meanwhile(t, dir) }
				}
				err := publish(t, dir, row.force, meanwhile)
				if diff := cmp.Diff(row.want, tree(t, dir)); diff != "" {
					t.Errorf("the folder (-want +got):\n%s", diff)
				}
				checkRefused(t, err, dir, row.refused)
				for _, p := range []string{beside(dir), filepath.Join(dir, inner)} {
					if left := tree(t, p); left != nil {
						t.Errorf("%s is left: %v", p, left)
					}
				}
			})
		}
	}
}

func checkRefused(t *testing.T, err error, dir, want string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	var r *Refused
	if !errors.As(err, &r) {
		t.Fatalf("got %v, want it refused", err)
	}
	if real, _ := filepath.EvalSymlinks(dir); r.Error() != "output folder "+real+want && r.Error() != "output folder "+dir+want {
		t.Errorf("got  %s\nwant output folder %s%s", r, dir, want)
	}
}

func empty(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
}

func old(t *testing.T, dir string) { t.Helper(); fill(t, dir, ours) }

func put(f files) func(*testing.T, string) {
	return func(t *testing.T, dir string) { t.Helper(); write(t, dir, f) }
}

func both(a, b func(*testing.T, string)) func(*testing.T, string) {
	return func(t *testing.T, dir string) { t.Helper(); a(t, dir); b(t, dir) }
}

func rm(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, from string) {
	t.Helper()
	if err := os.Symlink(to, from); err != nil {
		t.Skip(err)
	}
}

func workingFolder(t *testing.T) string {
	t.Chdir(t.TempDir())
	return "."
}

// linked is a link to a folder that is there, elsewhere.
func linked(t *testing.T) string {
	dir := t.TempDir()
	from := filepath.Join(t.TempDir(), "link")
	link(t, dir, from)
	return from
}

// TestLookedAtOnceMore: what comes to the old folder between the last look and
// its being moved aside is found there, and the old folder put back.
func TestLookedAtOnceMore(t *testing.T) {
	for name, late := range map[string]files{"the user's": {"thesis.txt": "x"}, "changed": {"a.csv": "edited"}} {
		for _, force := range []bool{false, true} {
			dir := filepath.Join(t.TempDir(), "out")
			fill(t, dir, ours)
			f := open(t, dir, force)
			fresh := filepath.Join(f.Partial, freshName)
			fill(t, fresh, next)
			write(t, dir, late)
			err := f.rename(fresh)
			if name == "changed" && force {
				if diff := cmp.Diff(next, tree(t, dir)); err != nil || diff != "" {
					t.Errorf("by force: %v\n%s", err, diff)
				}
			} else {
				var r *Refused
				if !errors.As(err, &r) {
					t.Errorf("%s, force %v: got %v, want it refused", name, force, err)
				}
				if diff := cmp.Diff(with(ours, late), tree(t, dir)); diff != "" {
					t.Errorf("%s, force %v (-want +got):\n%s", name, force, diff)
				}
			}
			closed(t, f)
		}
	}
}

// TestStrangersInTheOldOne: what comes into a folder after it was put aside, by
// a process that has it open, goes into the new one; where that has a file of
// the name, both stay.
func TestStrangersInTheOldOne(t *testing.T) {
	at := t.TempDir()
	dir, old := filepath.Join(at, "out"), filepath.Join(at, "old")
	fill(t, dir, next)
	fill(t, old, ours)
	write(t, old, files{"late.txt": "late", "notes/late.txt": "late"})
	if err := discard(old, dir); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(with(next, files{"late.txt": "late", "notes/late.txt": "late"}), tree(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if left := tree(t, old); left != nil {
		t.Errorf("left: %v", left)
	}
	write(t, old, files{"b.csv": "late"})
	if err := discard(old, dir); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v, want that it exists", err)
	}
	if diff := cmp.Diff(files{"b.csv": "late"}, tree(t, old)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPutBackWhereSomethingIs: results that were put aside, and whose place is
// taken by something else since, are not removed.
func TestPutBackWhereSomethingIs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	fill(t, filepath.Join(beside(dir), oldName), ours)
	fill(t, filepath.Join(beside(dir), freshName), next)
	write(t, dir, files{"thesis.txt": "x"})
	_, err := Open(dir, kind(true))
	checkRefused(t, err, dir, " is there, and results that stood there are in "+filepath.Join(beside(dir), oldName)+"; move one of them")
	if diff := cmp.Diff(ours, tree(t, filepath.Join(beside(dir), oldName))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPartials: partial folders are found by their names and what they hold, and
// cleaned; what is in use, or somebody else's, is not.
func TestPartials(t *testing.T) {
	at := t.TempDir()
	for _, dir := range []string{"a.partial/folder", "a.partial/mine", "b/.coldcurve.partial", "c.partial/film", "d/folder", "busy.partial"} {
		empty(t, filepath.Join(at, dir))
	}
	fill(t, filepath.Join(at, "e.partial", oldName), ours)
	got, err := Partials(at, "mine")
	want := []string{filepath.Join(at, "a.partial"), filepath.Join(at, "b", inner), filepath.Join(at, "busy.partial"), filepath.Join(at, "e.partial")}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, of := range []string{"a", "a.partial"} {
		if got, err := Partials(filepath.Join(at, of), "mine"); err != nil || len(got) != 1 || got[0] != filepath.Join(at, "a.partial") {
			t.Errorf("of %s: %q, %v", of, got, err)
		}
	}
	removed := false
	if err := Clean(filepath.Join(at, "a.partial"), func() error { removed = true; return os.Remove(filepath.Join(at, "a.partial", "mine")) }); err != nil || !removed {
		t.Errorf("cleaning: %v, %v", err, removed)
	}
	if err := Clean(filepath.Join(at, "e.partial"), func() error { return nil }); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(ours, tree(t, filepath.Join(at, "e"))); diff != "" {
		t.Errorf("what was aside (-want +got):\n%s", diff)
	}
	for _, gone := range []string{"a.partial", "e.partial"} {
		if left := tree(t, filepath.Join(at, gone)); left != nil {
			t.Errorf("%s is left: %v", gone, left)
		}
	}
}

// TestFileInItsPlace: a file, or a link to nothing, is refused before any work.
func TestFileInItsPlace(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files{"out": "x"})
	link(t, filepath.Join(dir, "nowhere"), filepath.Join(dir, "link"))
	for name, want := range map[string]string{"out": " is a file; choose another with -o", "link": " is a link that leads nowhere; choose another with -o"} {
		_, err := Open(filepath.Join(dir, name), kind(true))
		checkRefused(t, err, filepath.Join(dir, name), want)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("found %v, %v; want the file and the link", left, err)
	}
}

// TestKilledWhileReplacing: whatever point a process was killed at, the next
// Open finds the old folder or the new one, and what was the user's.
func TestKilledWhileReplacing(t *testing.T) {
	for _, row := range []struct {
		name string
		left func(t *testing.T, dir, partial string)
		want files
	}{
		{"the old one aside", func(t *testing.T, dir, partial string) {
			fill(t, filepath.Join(partial, oldName), ours)
			fill(t, filepath.Join(partial, freshName), next)
		}, ours},
		{"the new one in place", func(t *testing.T, dir, partial string) {
			fill(t, filepath.Join(partial, oldName), ours)
			fill(t, dir, next)
		}, next},
		{"the new one in place, the user's in the old one", func(t *testing.T, dir, partial string) {
			fill(t, filepath.Join(partial, oldName), ours)
			write(t, filepath.Join(partial, oldName), files{"thesis.txt": "x"})
			fill(t, dir, next)
		}, with(next, files{"thesis.txt": "x"})},
		{"the new one in place file by file, its empty folders left", func(t *testing.T, dir, partial string) {
			fill(t, filepath.Join(partial, oldName), ours)
			fill(t, dir, next)
			if err := os.MkdirAll(filepath.Join(partial, freshName, "plots"), 0o777); err != nil {
				t.Fatal(err)
			}
		}, next},
		{"between the two steps of putting a file aside", func(t *testing.T, dir, partial string) {
			fill(t, dir, ours)
			fill(t, filepath.Join(partial, freshName), next)
			journaled(t, partial)
			linkedTo(t, filepath.Join(dir, Manifest), filepath.Join(partial, oldName, Manifest))
		}, ours},
		{"between the two steps of placing a file", func(t *testing.T, dir, partial string) {
			fill(t, filepath.Join(partial, oldName), ours)
			fill(t, filepath.Join(partial, freshName), next)
			journaled(t, partial)
			linkedTo(t, filepath.Join(partial, freshName, Manifest), filepath.Join(dir, Manifest))
		}, ours},
		{"the journal half written", func(t *testing.T, dir, partial string) {
			fill(t, dir, ours)
			fill(t, filepath.Join(partial, freshName), next)
			write(t, partial, files{journalName: `{"new":["a.c`})
		}, ours},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			row.left(t, dir, beside(dir))
			f := open(t, dir, true)
			if diff := cmp.Diff(row.want, tree(t, dir)); diff != "" {
				t.Errorf("after it is opened (-want +got):\n%s", diff)
			}
			if f.halfway() {
				t.Error("it is still half-way")
			}
			closed(t, f)
		})
	}
}

// journaled writes the journal of a swap.
func journaled(t *testing.T, partial string) {
	t.Helper()
	names, err := filesIn(filepath.Join(partial, freshName))
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(journal{names})
	if err != nil {
		t.Fatal(err)
	}
	write(t, partial, files{journalName: string(data)})
}

// linkedTo gives a file a second name, as a move does before it takes the first.
func linkedTo(t *testing.T, from, to string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o777), os.Link(from, to)); err != nil {
		t.Fatal(err)
	}
}

// TestExchangeStopped: a swap file by file that stops at any point is undone,
// by the process itself or by the next.
func TestExchangeStopped(t *testing.T) {
	mine := files{"thesis.txt": "x"}
	moves := 2*(len(ours)+1) + len(next) + 1 // more than there are
	for n := range moves {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			fill(t, dir, ours)
			write(t, dir, mine)
			f := open(t, dir, true)
			fresh := filepath.Join(f.Partial, freshName)
			fill(t, fresh, next)
			now, err := f.look()
			if err != nil {
				t.Fatal(err)
			}
			names, err := filesIn(fresh)
			if err != nil {
				t.Fatal(err)
			}
			data, _ := json.Marshal(journal{names})
			write(t, f.Partial, files{journalName: string(data)})
			f.stopAfter(t, fresh, names, now.ours, n)
			_, err = os.Lstat(filepath.Join(dir, Manifest))
			if whole := n == 0 || n >= len(now.ours)+len(names); whole != (err == nil) {
				t.Errorf("after %d moves the manifest is there: %v; it goes first and comes last", n, err == nil)
			}
			closed(t, f)
			f = open(t, dir, true)
			if diff := cmp.Diff(with(ours, mine), tree(t, dir)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if err := f.Publish(func(fresh string) error { fill(t, fresh, next); return nil }); err != nil {
				t.Fatal(err)
			}
			closed(t, f)
			if diff := cmp.Diff(with(next, mine), tree(t, dir)); diff != "" {
				t.Errorf("published (-want +got):\n%s", diff)
			}
			if left := tree(t, beside(dir)); left != nil {
				t.Errorf("left: %v", left)
			}
		})
	}
}

// stopAfter makes the first n moves of a swap.
func (f *Folder) stopAfter(t *testing.T, fresh string, names, ours []string, n int) {
	t.Helper()
	if n < len(ours) {
		ours = slices.DeleteFunc(slices.Clone(ours), func(name string) bool { return name == Manifest })
		if err := f.swap(fresh, nil, append([]string{Manifest}, ours...)[:n]); err != nil {
			t.Fatal(err)
		}
		return
	}
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == Manifest })
	if names = append(names, Manifest); n-len(ours) < len(names) {
		names = names[:n-len(ours)]
	}
	if err := f.swap(fresh, names, ours); err != nil {
		t.Fatal(err)
	}
}

// TestWriteFails: what could not be written leaves no trace.
func TestWriteFails(t *testing.T) {
	broken := errors.New("broken")
	for _, there := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "out")
		var want files
		if there {
			fill(t, dir, ours)
			want = ours
		}
		f := open(t, dir, false)
		if err := f.Publish(func(fresh string) error { write(t, fresh, files{"a.csv": "half"}); return broken }); !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		closed(t, f)
		if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if left := tree(t, beside(dir)); left != nil {
			t.Errorf("left: %v", left)
		}
	}
}

// TestMove: a file goes where nothing is, and nowhere else.
func TestMove(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files{"a": "a", "b": "b"})
	if err := Move(filepath.Join(dir, "a"), filepath.Join(dir, "b")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if err := Move(filepath.Join(dir, "a"), filepath.Join(dir, "c")); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(files{"b": "b", "c": "a"}, tree(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// TestLinkInPlaceOfAFolder: results do not go through a link of the user's to
// another place.
func TestLinkInPlaceOfAFolder(t *testing.T) {
	dir, elsewhere := filepath.Join(t.TempDir(), "out"), t.TempDir()
	fill(t, dir, files{"a.csv": "a"})
	write(t, dir, files{"thesis.txt": "x"}) // so that files are swapped one by one
	if err := os.Symlink(elsewhere, filepath.Join(dir, "plots")); err != nil {
		t.Skip(err)
	}
	f := open(t, dir, true)
	err := f.Publish(func(fresh string) error {
		fill(t, fresh, files{"a.csv": "new", "plots/p.svg": "new"})
		return nil
	})
	var refused *Refused
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "plots") {
		t.Errorf("got %v, want a refusal that names plots", err)
	}
	closed(t, f)
	if left, err := os.ReadDir(elsewhere); err != nil || len(left) > 0 {
		t.Errorf("the other place has %v, %v", left, err)
	}
}
