package experiments

import (
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"io"
	"os"
	"strings"
)

// buildID identifies the running program by the content of its file. A
// program that cannot be read has no identity, and resumes what it made by
// ModelVersion alone.
func buildID() string {
	const unknown = "unknown"
	path, err := os.Executable()
	if err != nil {
		return unknown
	}
	f, err := os.Open(path)
	if err != nil {
		return unknown
	}
	defer f.Close() // read only
	if id := linkedID(f); id != "" {
		return id
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return unknown
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// linkedID is the hash of a program's content that Go writes into it when it is linked, the last
// part of its build ID, which saves reading all of it; "" where there is none (other systems,
// -buildid= as in releases, other linkers).
func linkedID(program io.ReaderAt) string {
	f, err := elf.NewFile(program)
	if err != nil {
		return ""
	}
	note := f.Section(".note.go.buildid")
	if note == nil {
		return ""
	}
	data, err := note.Data()
	const head = 16 // the lengths of name and text, the type, and the name, "Go"
	if err != nil || len(data) < head {
		return ""
	}
	n := f.ByteOrder.Uint32(data[4:])
	if int64(n) > int64(len(data)-head) {
		return ""
	}
	parts := strings.Split(string(data[head:head+n]), "/")
	if len(parts) != 4 { // of the link, of main, and of the contents of these
		return ""
	}
	return parts[3]
}
