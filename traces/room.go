package traces

import (
	"fmt"
	"os"

	"github.com/coldcurve/coldcurve/internal/folder"
)

// lacks adds to an error of a full disk how much a trace needs, from what was
// written when some of its expected invocations were.
func (t *Trace) lacks(err error, written, invocations int64) error {
	expected := 0.0
	for i := range t.functions {
		expected += t.functions[i].Weight
	}
	needed := float64(written) * expected / float64(invocations)
	if invocations == 0 || !(needed > float64(written)) || needed > 1<<62 {
		return folder.LacksMore(err, "the trace", written)
	}
	return folder.Lacks(err, "the trace", int64(needed), false)
}

// lacks adds to an error of a full disk how much the rows of a trace need where
// they are parted by function: from how far its file was read.
func (r *request) lacks(err error, written int64, in *stream) error {
	what := r.parting()
	path, gone := r.file()
	if r.path == "-" || gone != nil || in.method != "" || in.read == 0 {
		return folder.LacksMore(err, what, written)
	}
	info, gone := os.Stat(path)
	if gone != nil || !info.Mode().IsRegular() || info.Size() < in.read {
		return folder.LacksMore(err, what, written)
	}
	return folder.Lacks(err, what, int64(float64(written)*float64(info.Size())/float64(in.read)), false)
}

// parting says what needs room where a trace is parted by function.
func (r *request) parting() string {
	dir := r.TempDir
	if dir == "" {
		dir = os.TempDir()
	}
	return "parting the trace by function in " + dir + " (TMPDIR names another folder)"
}

// Check reports an error where nothing can be written to the destination: it
// has a file that is not to be replaced, or there is no such folder. It is for
// those who have much to do before they write.
func (d Destination) Check() error {
	format, path, err := splitSpec(d.Spec, nil)
	switch {
	case err != nil:
		return err
	case format.Name == "azure2019":
		err = newFolder(path)
	case path == "-":
		return nil
	default:
		var direct bool
		if direct, err = mayWrite(path, d.Replace); direct {
			return nil
		}
	}
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(folder.Temp(path))
	if err != nil {
		return writing(path, err)
	}
	f.Close() // nothing was written
	return writing(path, os.Remove(f.Name()))
}

// writing says to which path an error belongs.
func writing(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("writing %s: %w", path, err)
}
