package script

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Starlark counts steps, but a single step can double a string, square a number, compare
// lists of lists for a day, or copy a range of 2^30: nothing of it can be asked to take less.
// So the tree of a file is changed before it is compiled. An operation that can be large
// becomes the call of a built-in of a name that no script can write, which looks at what it
// is given, charges steps for it, and then does the same. Methods of strings, lists and
// dicts stand in the text by their names, so that those that are not here are refused there.

// freeMethods take no more than a step, or as many bytes as a string may have.
var freeMethods = []string{"append", "clear", "endswith", "get", "setdefault", "startswith"}

// guardedMethods look at, copy or move all that they are called on.
var guardedMethods = []string{"extend", "index", "insert", "items", "keys", "pop", "popitem", "remove", "update", "values"}

// typeMethods are all that strings, bytes, lists and dicts have.
func typeMethods() []string {
	all := slices.Concat(starlark.String("").AttrNames(), starlark.Bytes("").AttrNames(), starlark.NewList(nil).AttrNames(), starlark.NewDict(0).AttrNames())
	slices.Sort(all)
	return slices.Compact(all)
}

// guard walks the tree of a file, refuses what is not of the language, and puts the guards in.
type guard struct {
	methods []string // typeMethods
	err     error    // the first
}

func (g *guard) refuse(at syntax.Position, format string, a ...any) {
	if g.err == nil {
		g.err = syntax.Error{Pos: at, Msg: fmt.Sprintf(format, a...)}
	}
}

func (g *guard) stmts(list []syntax.Stmt) {
	for i, s := range list {
		list[i] = g.stmt(s)
	}
}

func (g *guard) stmt(s syntax.Stmt) syntax.Stmt {
	switch s := s.(type) {
	case *syntax.AssignStmt:
		return g.assign(s)
	case *syntax.DefStmt:
		g.bind(s.Name)
		g.params(s.Params)
		g.stmts(s.Body)
	case *syntax.ExprStmt:
		s.X = g.expr(s.X)
	case *syntax.ForStmt:
		g.target(s.Vars)
		s.X = g.expr(s.X)
		g.stmts(s.Body)
	case *syntax.WhileStmt:
		s.Cond = g.expr(s.Cond)
		g.stmts(s.Body)
	case *syntax.IfStmt:
		s.Cond = g.expr(s.Cond)
		g.stmts(s.True)
		g.stmts(s.False)
	case *syntax.ReturnStmt:
		if s.Result != nil {
			s.Result = g.expr(s.Result)
		}
	case *syntax.LoadStmt:
		g.refuse(s.Load, "found load, want all of a policy in one file: nothing is loaded")
	}
	return s
}

// params are those of a function: names, and defaults, which are expressions.
func (g *guard) params(list []syntax.Expr) {
	for _, p := range list {
		switch p := p.(type) {
		case *syntax.Ident:
			g.bind(p)
		case *syntax.BinaryExpr: // name = default
			g.target(p.X)
			p.Y = g.expr(p.Y)
		case *syntax.UnaryExpr:
			g.refuse(p.OpPos, "found a parameter with %s, want each parameter by its name", p.Op)
		}
	}
}

// bind refuses another meaning of the constants, which small rests on.
func (g *guard) bind(name *syntax.Ident) {
	if isConstant(name.Name) {
		g.refuse(name.NamePos, "found a new meaning of %s, want another name", name.Name)
	}
}

func isConstant(name string) bool { return name == "None" || name == "True" || name == "False" }

// target is what is assigned to.
func (g *guard) target(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Ident:
		g.bind(e)
	case *syntax.ParenExpr:
		g.target(e.X)
	case *syntax.TupleExpr:
		for _, x := range e.List {
			g.target(x)
		}
	case *syntax.ListExpr:
		for _, x := range e.List {
			g.target(x)
		}
	case *syntax.IndexExpr:
		e.X, e.Y = g.expr(e.X), g.expr(e.Y)
	case *syntax.DotExpr:
		g.refuse(e.Dot, "found an assignment to .%s, want one to a variable or to an item of a list or dict, as in ctx.state[%q] = 1", e.Name.Name, e.Name.Name)
	}
}

// augmented are the operations of x op= y that have guards.
var augmented = map[syntax.Token]syntax.Token{
	syntax.PLUS_EQ: syntax.PLUS, syntax.MINUS_EQ: syntax.MINUS, syntax.STAR_EQ: syntax.STAR,
	syntax.PERCENT_EQ: syntax.PERCENT, syntax.LTLT_EQ: syntax.LTLT, syntax.PIPE_EQ: syntax.PIPE,
}

// assign makes x += y to x = (x += y), where += is a guard that extends a list in place, and
// x[i] += y to the call of one that takes x, i and y.
func (g *guard) assign(s *syntax.AssignStmt) syntax.Stmt {
	s.RHS = g.expr(s.RHS)
	op, guarded := augmented[s.Op]
	g.target(s.LHS)
	if !guarded || (op == syntax.PLUS || op == syntax.MINUS) && small(s.RHS) {
		return s
	}
	lhs := s.LHS
	for {
		paren, ok := lhs.(*syntax.ParenExpr)
		if !ok {
			break
		}
		lhs = paren.X
	}
	switch lhs := lhs.(type) {
	case *syntax.Ident:
		s.Op, s.LHS = syntax.EQ, lhs
		s.RHS = call(s.OpPos, op.String()+"=", &syntax.Ident{NamePos: lhs.NamePos, Name: lhs.Name}, s.RHS)
	case *syntax.IndexExpr:
		return &syntax.ExprStmt{X: call(s.OpPos, "[]"+op.String()+"=", lhs.X, lhs.Y, s.RHS)}
	}
	return s // anything else the resolver refuses
}

// call makes the call of a guard.
func call(at syntax.Position, name string, args ...syntax.Expr) *syntax.CallExpr {
	return &syntax.CallExpr{Fn: &syntax.Ident{NamePos: at, Name: guardName(name)}, Lparen: at, Args: args, Rparen: at}
}

// guardName is the name of a guard, which no script can write.
func guardName(name string) string { return "(" + name + ")" }

func (g *guard) exprs(list []syntax.Expr) {
	for i, e := range list {
		list[i] = g.expr(e)
	}
}

func (g *guard) optional(e syntax.Expr, at syntax.Position) syntax.Expr {
	if e == nil {
		return &syntax.Ident{NamePos: at, Name: "None"}
	}
	return g.expr(e)
}

func (g *guard) expr(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.BinaryExpr:
		return g.binary(e)
	case *syntax.UnaryExpr:
		if e.X == nil {
			g.refuse(e.OpPos, "found %s without a value", e.Op)
			return e
		}
		e.X = g.expr(e.X)
	case *syntax.CallExpr:
		return g.call(e)
	case *syntax.DotExpr:
		e.X = g.expr(e.X)
		if slices.Contains(g.methods, e.Name.Name) && !ofParams(e) {
			g.noMethod(e, "found the method .%s without a call, want it called at once")
		}
	case *syntax.ParenExpr:
		e.X = g.expr(e.X)
	case *syntax.CondExpr:
		e.Cond, e.True, e.False = g.expr(e.Cond), g.expr(e.True), g.expr(e.False)
	case *syntax.IndexExpr:
		e.X, e.Y = g.expr(e.X), g.expr(e.Y)
	case *syntax.SliceExpr:
		return call(e.Lbrack, "[:]", g.expr(e.X), g.optional(e.Lo, e.Lbrack), g.optional(e.Hi, e.Lbrack), g.optional(e.Step, e.Lbrack))
	case *syntax.TupleExpr:
		g.exprs(e.List)
		if len(e.List) < mostNested && !slices.ContainsFunc(e.List, func(x syntax.Expr) bool { return !small(x) }) {
			return e
		}
		at, _ := e.Span()
		return call(at, "tuple", e.List...)
	case *syntax.ListExpr:
		g.exprs(e.List)
	case *syntax.DictExpr:
		return g.dict(e)
	case *syntax.Comprehension:
		return g.comprehension(e)
	case *syntax.LambdaExpr:
		g.params(e.Params)
		e.Body = g.expr(e.Body)
	}
	return e
}

// dict makes {k: v, …} to the call of a built-in that takes (k, v, …): Starlark's own table is not bounded.
func (g *guard) dict(e *syntax.DictExpr) syntax.Expr {
	all := &syntax.TupleExpr{Lparen: e.Lbrace, Rparen: e.Rbrace}
	for _, entry := range e.List {
		entry := entry.(*syntax.DictEntry)
		all.List = append(all.List, g.expr(entry.Key), g.expr(entry.Value))
	}
	return call(e.Lbrace, "{}", all)
}

// comprehension makes {k: v for …} to the call of a built-in that takes [(k, v) for …].
func (g *guard) comprehension(e *syntax.Comprehension) syntax.Expr {
	for _, clause := range e.Clauses {
		switch c := clause.(type) {
		case *syntax.ForClause:
			g.target(c.Vars)
			c.X = g.expr(c.X)
		case *syntax.IfClause:
			c.Cond = g.expr(c.Cond)
		}
	}
	if entry, ok := e.Body.(*syntax.DictEntry); ok {
		e.Curly, e.Body = false, &syntax.TupleExpr{Lparen: e.Lbrack, Rparen: e.Rbrack, List: []syntax.Expr{g.expr(entry.Key), g.expr(entry.Value)}}
		return call(e.Lbrack, "{for}", e)
	}
	e.Body = g.expr(e.Body)
	return e
}

func (g *guard) binary(e *syntax.BinaryExpr) syntax.Expr {
	e.X, e.Y = g.expr(e.X), g.expr(e.Y)
	switch e.Op {
	case syntax.PLUS, syntax.MINUS:
		if small(e.X) || small(e.Y) {
			return e
		}
	case syntax.STAR:
		if fraction(e.X) || fraction(e.Y) {
			return e
		}
	case syntax.PERCENT, syntax.LTLT, syntax.PIPE, syntax.IN, syntax.NOT_IN:
	case syntax.EQL, syntax.NEQ, syntax.LT, syntax.GT, syntax.LE, syntax.GE:
		if small(e.X) || small(e.Y) {
			return e
		}
	default:
		return e
	}
	return call(e.OpPos, e.Op.String(), e.X, e.Y)
}

// call is a call of a function or a method.
func (g *guard) call(e *syntax.CallExpr) syntax.Expr {
	for i, arg := range e.Args {
		switch arg := arg.(type) {
		case *syntax.UnaryExpr:
			if arg.Op == syntax.STAR || arg.Op == syntax.STARSTAR {
				g.refuse(arg.OpPos, "found an argument with %s, want each argument by itself", arg.Op)
				return e
			}
		case *syntax.BinaryExpr:
			if arg.Op == syntax.EQ { // name = value
				arg.Y = g.expr(arg.Y)
				continue
			}
		}
		e.Args[i] = g.expr(arg)
	}
	method, ok := e.Fn.(*syntax.DotExpr)
	if !ok {
		e.Fn = g.expr(e.Fn)
		return e
	}
	method.X = g.expr(method.X)
	switch name := method.Name.Name; {
	case slices.Contains(freeMethods, name) || !slices.Contains(g.methods, name) || ofParams(method):
		return e
	case slices.Contains(guardedMethods, name):
		return &syntax.CallExpr{Fn: &syntax.Ident{NamePos: method.Name.NamePos, Name: guardName("." + name)}, Lparen: e.Lparen,
			Args: append([]syntax.Expr{method.X}, e.Args...), Rparen: e.Rparen}
	}
	g.noMethod(method, "found the method .%s")
	return e
}

// noMethod refuses a method that is not here, or not in this place.
func (g *guard) noMethod(e *syntax.DotExpr, found string) {
	known := slices.Sorted(slices.Values(slices.Concat(freeMethods, guardedMethods)))
	name := e.Name.Name
	if !slices.Contains(known, name) {
		found = "%s"
		name = spec.Unknown("method", name, known)
	}
	g.refuse(e.Dot, found+"; a parameter of that name is ctx.params.%s", name, e.Name.Name)
}

// ofParams tells whether an attribute is one of ctx.params, whose names are the script's.
func ofParams(e *syntax.DotExpr) bool {
	x, ok := e.X.(*syntax.DotExpr)
	return ok && x.Name.Name == "params"
}

// small tells whether the value of an expression is small whatever happens: then a sum with
// it is hardly larger than the other, and a comparison with it is one of numbers.
func small(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Literal:
		return e.Token == syntax.INT && isSmall(e.Value) || e.Token == syntax.FLOAT
	case *syntax.ParenExpr:
		return small(e.X)
	case *syntax.UnaryExpr:
		return e.Op == syntax.MINUS && e.X != nil && small(e.X)
	case *syntax.Ident:
		return isConstant(e.Name)
	case *syntax.BinaryExpr:
		return fraction(e)
	}
	return false
}

func isSmall(v any) bool {
	_, ok := v.(int64)
	return ok
}

// fraction tells whether an expression is a float, if it has a value at all.
func fraction(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Literal:
		return e.Token == syntax.FLOAT
	case *syntax.ParenExpr:
		return fraction(e.X)
	case *syntax.BinaryExpr:
		return e.Op == syntax.SLASH
	}
	return false
}
