package script

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"

	"go.starlark.net/starlark"
)

// dictKey is the same for two values of a script where these are equal, and else another.
type dictKey struct {
	kind keyKind
	n    int64  // the number, or what stands for it
	text string // what does not fit n
}

type keyKind uint8

const (
	otherKey  keyKind = iota // None, True and False, by n
	wholeKey                 // n, or the decimal digits of what is larger
	floatKey                 // the bits of what is not whole
	stringKey                // text
	bytesKey                 // text
	tupleKey                 // text: the keys of its values, one behind the other, or the digest of so much
	valueKey                 // the address of what is equal to itself alone, as functions are
)

// mostKey is how many bytes a tuple may have as a key, which each use goes over.
const mostKey = 1 << 10

var errKey = fmt.Errorf("a tuple of more than %d bytes as a key", mostKey)

// keyOf returns the key of a value, or the error of one that cannot be one.
func keyOf(v starlark.Value) (dictKey, error) {
	switch v := v.(type) {
	case starlark.Int:
		return wholeKeyOf(v), nil
	case starlark.String:
		return dictKey{kind: stringKey, text: string(v)}, nil
	case starlark.Bytes:
		return dictKey{kind: bytesKey, text: string(v)}, nil
	case starlark.Float:
		return floatKeyOf(float64(v)), nil
	case starlark.Bool:
		if v {
			return dictKey{n: 2}, nil
		}
		return dictKey{n: 1}, nil
	case starlark.NoneType:
		return dictKey{}, nil
	case starlark.Tuple:
		text, err := appendTuple(nil, v)
		if err != nil {
			return dictKey{}, err
		}
		if len(text) >= sha256.Size { // no key keeps what its tuple has once more
			sum := sha256.Sum256(text)
			text = sum[:]
		}
		return dictKey{kind: tupleKey, text: string(text)}, nil
	}
	if _, err := v.Hash(); err != nil {
		return dictKey{}, err
	}
	return dictKey{kind: valueKey, n: int64(reflect.ValueOf(v).Pointer())}, nil // whoever has the key holds the value
}

func wholeKeyOf(v starlark.Int) dictKey {
	if n, ok := v.Int64(); ok {
		return dictKey{kind: wholeKey, n: n}
	}
	return dictKey{kind: wholeKey, text: v.String()}
}

// floatKeyOf is the key of the whole number that a float is equal to, where it is one. NaN is
// equal to NaN here.
func floatKeyOf(f float64) dictKey {
	switch {
	case math.IsNaN(f):
		f = math.NaN()
	case !math.IsInf(f, 0) && f == math.Trunc(f):
		whole, _ := starlark.NumberToInt(starlark.Float(f)) // it is finite
		return wholeKeyOf(whole)
	}
	return dictKey{kind: floatKey, n: int64(math.Float64bits(f))}
}

// appendTuple writes the keys of a tuple's values so that no other tuple has the same text, in
// mostKey bytes.
func appendTuple(text []byte, t starlark.Tuple) ([]byte, error) {
	text = binary.AppendUvarint(text, uint64(len(t)))
	for _, v := range t {
		if inner, ok := v.(starlark.Tuple); ok {
			var err error
			if text, err = appendTuple(append(text, byte(tupleKey)), inner); err != nil {
				return nil, err
			}
			continue
		}
		key, err := keyOf(v)
		if err != nil {
			return nil, err
		}
		if len(text)+len(key.text) > mostKey {
			return nil, errKey
		}
		text = binary.AppendVarint(append(text, byte(key.kind)), key.n)
		text = append(binary.AppendUvarint(text, uint64(len(key.text))), key.text...)
	}
	return text, nil
}
