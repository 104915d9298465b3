package folder

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/coldcurve/coldcurve/internal/plain"
)

// content is what stands in a folder.
type content struct {
	there    bool
	manifest []byte   // nil: none
	ours     []string // files that the manifest lists, and the manifest; names with /
	changed  []string // of these, those that are not as they were written
	others   []string // all else; a folder without files ends in /
}

// listed is what a manifest says of its folder's files.
type listed struct {
	Files []struct {
		Name   string `json:"name"`
		Digest string `json:"digest"` // sha256:…
	} `json:"files"`
}

// read looks into a folder.
func read(dir string) (content, error) {
	var c content
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	c.there = true
	var list listed
	manifest, err := readManifest(dir)
	switch {
	case err == nil:
		c.manifest = manifest
		if json.Unmarshal(manifest, &list) != nil {
			list = listed{} // whose manifest it is, the kind of the folder says
		}
	case !errors.Is(err, fs.ErrNotExist):
		return c, fmt.Errorf("looking at the output folder: %w", err)
	}
	digests := map[string]string{}
	for _, f := range list.Files {
		digests[f.Name] = f.Digest
	}
	return c, c.walk(dir, digests)
}

// manifestMost is far above the size of any manifest, bytes; results reads no larger one.
const manifestMost = 16 << 20

// readManifest returns a folder's manifest; what is no file of a sensible size
// is none.
func readManifest(dir string) ([]byte, error) {
	path := filepath.Join(dir, Manifest)
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > manifestMost {
		return nil, fs.ErrNotExist
	}
	return os.ReadFile(path)
}

// walk parts what is there into ours and the others.
func (c *content) walk(dir string, digests map[string]string) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		switch {
		case name == ".":
			return nil
		case name == inner && d.IsDir():
			return filepath.SkipDir
		case d.IsDir():
			inside, err := os.ReadDir(path)
			if err == nil && len(inside) == 0 && !holds(digests, name) {
				c.others = append(c.others, name+"/")
			}
			return err
		case name == Manifest && d.Type().IsRegular() && c.manifest != nil:
			c.ours = append(c.ours, name)
			return nil
		}
		want, ok := digests[name]
		if !ok || !d.Type().IsRegular() {
			c.others = append(c.others, name)
			return nil
		}
		c.ours = append(c.ours, name)
		got, err := digest(path)
		if err == nil && got != want {
			c.changed = append(c.changed, name)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("looking at the output folder: %w", err)
	}
	return nil
}

// holds reports whether a folder is one of listed files.
func holds(digests map[string]string, dir string) bool {
	for name := range digests {
		if strings.HasPrefix(name, dir+"/") {
			return true
		}
	}
	return false
}

// digest returns a file's SHA-256 as sha256:….
func digest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() // read only
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}

// look looks at what the folder would replace, and refuses what it may not.
func (f *Folder) look() (content, error) { return f.kind.look(f.Dir, f.Dir) }

// look looks into dir, which messages call shown.
func (k *Kind) look(dir, shown string) (content, error) {
	c, err := read(dir)
	switch {
	case err != nil:
		return c, err
	case !c.there, len(c.ours) == 0 && len(c.others) == 0:
		return c, nil
	case c.manifest == nil:
		return c, refuse(shown, "is there and is no %s: it has %s; choose another with -o", k.Name, plain.Few(c.others))
	}
	if err := k.Holds(c.manifest); err != nil {
		return c, refuse(shown, "%w", err)
	}
	switch {
	case k.Force:
	case len(c.others) > 0:
		return c, refuse(shown, "has what no run wrote: %s; move it, or choose another with -o (--force replaces the rest and leaves it)", plain.Few(c.others))
	case len(c.changed) > 0:
		return c, refuse(shown, "has what was changed since it was written: %s; move it, choose another with -o, or replace it with --force", plain.Few(c.changed))
	}
	return c, nil
}
