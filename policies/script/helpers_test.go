package script

import "go.starlark.net/starlark"

type value = starlark.Value

func integer(n int64) value { return starlark.MakeInt64(n) }
