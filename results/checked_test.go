package results

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// damage changes a file as a disk, a broken copy or an editor would.
func damage(t *rapid.T, data []byte) []byte {
	out := append([]byte(nil), data...)
	at := rapid.IntRange(0, len(data)-1).Draw(t, "at")
	switch rapid.SampledFrom([]string{"flip", "cut", "extend", "insert", "zero"}).Draw(t, "how") {
	case "flip":
		out[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
	case "cut":
		out = out[:at]
	case "extend":
		out = append(out, rapid.SliceOfN(rapid.Byte(), 1, 100).Draw(t, "more")...)
	case "insert":
		out = append(out[:at:at], append([]byte(rapid.SampledFrom([]string{" ", "\n", "0", "\x00"}).Draw(t, "what")), out[at:]...)...)
	case "zero":
		clear(out[at:])
	}
	return out
}

// TestDamagedFolder: whatever happens to a byte of what Compare reads, it is
// refused by the file's name.
func TestDamagedFolder(t *testing.T) {
	good, bad := written(t, smallSet(t)), written(t, smallSet(t))
	for _, name := range []string{ManifestFile, replicationsFile} {
		path := filepath.Join(bad, name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			changed := damage(rt, data)
			if string(changed) == string(data) {
				rt.Skip()
			}
			if err := os.WriteFile(path, changed, 0o666); err != nil {
				rt.Fatal(err)
			}
			for _, dirs := range [][2]string{{good, bad}, {bad, good}} {
				if _, err := Compare(dirs[0], dirs[1]); err == nil || !strings.Contains(err.Error(), path) {
					rt.Fatalf("got %v, want an error that names %s", err, path)
				}
			}
		})
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Compare(good, bad); err != nil {
		t.Errorf("mended: %v", err)
	}
}

// TestUnlistedFile: a manifest that is whole, and does not list what is read.
func TestUnlistedFile(t *testing.T) {
	dir := written(t, smallSet(t))
	m, err := readManifest(dir)
	if err != nil {
		t.Fatal(err)
	}
	m.Files = nil
	text, err := m.text()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ManifestFile), text, 0o666); err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(dir, replicationsFile) + ": manifest.json states no digest of it"
	if _, err := Compare(dir, dir); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestReadWhole: a file up to its bound, and nothing that is larger or no file.
func TestReadWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.WriteFile(path, []byte("12345"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadWhole(path, 5); err != nil || string(got) != "12345" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, c := range []struct {
		path string
		most int64
		want string
	}{{path, 4, path + ": found 5 bytes, want at most 4"}, {dir, 4, dir + ": found a folder, want a file"}} {
		_, err := ReadWhole(c.path, c.most)
		var machine *fs.PathError
		if err == nil || err.Error() != c.want || errors.As(err, &machine) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

// TestManifestRoundTrip: names of any bytes; JSON writes those that are no
// UTF-8 in a form of which it reads another.
func TestManifestRoundTrip(t *testing.T) {
	for _, title := range []string{"", "plain", "<&>\u2028", "\xff\xfe", "\ufffd", `"digest": ""`} {
		text, err := Manifest{Title: title, Hash: "h", Replications: 1, Digest: "ignored"}.text()
		if err != nil {
			t.Fatal(err)
		}
		m, err := ParseManifest(text)
		if err != nil || m.Title != strings.ToValidUTF8(title, "\ufffd") && title != "\xff\xfe" {
			t.Errorf("%q: got %+v, %v", title, m, err)
		}
	}
}
