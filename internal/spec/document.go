package spec

import (
	"fmt"
	"io"
	"os"
)

// DocumentMost is the longest document in bytes: what people write, and what says
// what a folder holds. A longer one is some other file, or has no end.
const DocumentMost = 16 << 20

// TooLong is a document longer than DocumentMost.
type TooLong struct{ Name string }

// Error implements error.
func (e *TooLong) Error() string {
	return fmt.Sprintf("%s: longer than %d MB, want a document of at most that", e.Name, DocumentMost>>20)
}

// ReadDocument reads a document to its end; name is what messages call it. One
// that does not end within DocumentMost is a *TooLong.
func ReadDocument(r io.Reader, name string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, DocumentMost+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(data) > DocumentMost {
		return nil, &TooLong{name}
	}
	return data, nil
}

// ReadDocumentFile reads a document that is a file.
func ReadDocumentFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only
	return ReadDocument(f, path)
}
