package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// The kinds of change, after the operators that A. J. Offutt and others found
// to be sufficient ("An Experimental Determination of Sufficient Mutant
// Operators", TOSEM 1996), and the removal of a statement.
var (
	// boundaries move a comparison by one: an off-by-one.
	boundaries = map[token.Token]token.Token{token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR}
	equalities = map[token.Token]bool{token.EQL: true, token.NEQ: true}
	// connectives turn a condition of two parts into its dual.
	connectives = map[token.Token]token.Token{token.LAND: token.LOR, token.LOR: token.LAND}
	// arithmetic replaces an operator, by a helper of the copy (runtime.go).
	arithmetic = map[token.Token]struct {
		to     token.Token
		helper string
	}{
		token.ADD: {token.SUB, "mutantAdd"}, token.SUB: {token.ADD, "mutantSub"},
		token.MUL: {token.QUO, "mutantMul"}, token.QUO: {token.MUL, "mutantQuo"}, token.REM: {token.MUL, "mutantRem"},
		token.AND: {token.OR, "mutantAnd"}, token.OR: {token.AND, "mutantOr"},
		token.XOR: {token.AND, "mutantXor"}, token.AND_NOT: {token.AND, "mutantAndNot"},
		token.SHL: {token.SHR, "mutantShl"}, token.SHR: {token.SHL, "mutantShr"},
	}
	// assignments replace the operator of an assignment.
	assignments = map[token.Token]token.Token{
		token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
		token.MUL_ASSIGN: token.QUO_ASSIGN, token.QUO_ASSIGN: token.MUL_ASSIGN, token.REM_ASSIGN: token.MUL_ASSIGN,
		token.AND_ASSIGN: token.OR_ASSIGN, token.OR_ASSIGN: token.AND_ASSIGN,
		token.XOR_ASSIGN: token.AND_ASSIGN, token.AND_NOT_ASSIGN: token.AND_ASSIGN,
		token.SHL_ASSIGN: token.SHR_ASSIGN, token.SHR_ASSIGN: token.SHL_ASSIGN,
	}
	steps = map[token.Token]token.Token{token.INC: token.DEC, token.DEC: token.INC}
)

// mutant is one change. Its number is its place in the list of the package,
// from 1; 0 is the code as it stands.
type mutant struct {
	pos  token.Position
	what string
}

// finder walks one file and collects its edits.
type finder struct {
	*target
	src     source
	mutants *[]mutant
	edits   []edit
	// conditions are the boolean operands that stand for a decision although
	// they are no comparison.
	conditions map[ast.Expr]bool
}

// note adds a change at pos and returns its number.
func (f *finder) note(pos token.Pos, format string, args ...any) int {
	what := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	*f.mutants = append(*f.mutants, mutant{f.fset.Position(pos), what})
	return len(*f.mutants)
}

// find collects the edits of the file's function bodies, those of functions
// that a variable holds among them.
func (f *finder) find() {
	f.conditions = map[ast.Expr]bool{}
	ast.Inspect(f.src.tree, func(n ast.Node) bool {
		var body *ast.BlockStmt
		switch n := n.(type) {
		case *ast.FuncDecl:
			body = n.Body
		case *ast.FuncLit:
			body = n.Body
		}
		if body == nil {
			return true
		}
		ast.Inspect(body, f.visit)
		return false
	})
}

func (f *finder) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GenDecl:
		return n.Tok != token.CONST && n.Tok != token.TYPE
	case *ast.IfStmt:
		f.condition(n.Cond)
	case *ast.ForStmt:
		f.condition(n.Cond)
	case *ast.SwitchStmt:
		if n.Tag == nil {
			for _, s := range n.Body.List {
				for _, c := range s.(*ast.CaseClause).List {
					f.condition(c)
				}
			}
		}
	case *ast.BlockStmt:
		f.statements(n.List)
	case *ast.CaseClause:
		f.statements(n.Body)
	case *ast.CommClause:
		f.statements(n.Body)
	}
	if e, ok := n.(ast.Expr); ok {
		return f.expression(e)
	}
	return true
}

// condition marks what decides.
func (f *finder) condition(e ast.Expr) {
	if e != nil {
		f.conditions[ast.Unparen(e)] = true
	}
}

// expression collects the edits of e and says whether to look into it: a
// constant is left as it is, since its value may be asked for at compile time.
func (f *finder) expression(e ast.Expr) bool {
	tv := f.info.Types[e]
	if tv.IsType() || tv.Value != nil {
		return false
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		f.binary(e)
		return true
	case *ast.UnaryExpr:
		if e.Op == token.SUB && numeric(tv.Type) {
			id := f.note(e.OpPos, "-%s → %[1]s", f.raw(e.X))
			f.edit(e, func(render func(ast.Node) string) string {
				return fmt.Sprintf("mutantNeg(%d, %s)", id, render(e.X))
			})
			return true
		}
	}
	if f.conditions[e] && tv.Type == types.Typ[types.Bool] {
		id := f.note(e.Pos(), "%s → not that", f.raw(e))
		f.edit(e, func(render func(ast.Node) string) string {
			return fmt.Sprintf("(mutantOn(%d) != (%s))", id, render(e))
		})
	}
	return true
}

func (f *finder) binary(e *ast.BinaryExpr) {
	x, y := f.raw(e.X), f.raw(e.Y)
	if to, ok := connectives[e.Op]; ok {
		f.condition(e.X)
		f.condition(e.Y)
		id := f.note(e.OpPos, "%s %s %s → %s", x, e.Op, y, to)
		f.edit(e, func(render func(ast.Node) string) string {
			return either(id, fmt.Sprintf("(%s) %s (%s)", x, to, y), fmt.Sprintf("(%s) %s (%s)", render(e.X), e.Op, render(e.Y)))
		})
		return
	}
	to, ordered := boundaries[e.Op]
	if ordered || equalities[e.Op] {
		not := f.note(e.OpPos, "%s %s %s → not that", x, e.Op, y)
		edge := 0
		if ordered {
			edge = f.note(e.OpPos, "%s %s %s → %s", x, e.Op, y, to)
		}
		f.edit(e, func(render func(ast.Node) string) string {
			s := fmt.Sprintf("(mutantOn(%d) != (%s %s %s))", not, render(e.X), e.Op, render(e.Y))
			if ordered {
				s = either(edge, fmt.Sprintf("%s %s %s", x, to, y), s)
			}
			return s
		})
		return
	}
	op, ok := arithmetic[e.Op]
	typ := f.info.Types[e].Type
	if !ok || !numeric(typ) {
		return
	}
	shift := e.Op == token.SHL || e.Op == token.SHR
	instance := ""
	if shift && f.info.Types[e.X].Value != nil {
		// The type of an untyped constant that is shifted comes from around it.
		basic, ok := typ.(*types.Basic)
		if !ok {
			return
		}
		instance = "[" + basic.Name() + "]"
	}
	id := f.note(e.OpPos, "%s %s %s → %s", x, e.Op, y, op.to)
	f.edit(e, func(render func(ast.Node) string) string {
		return fmt.Sprintf("%s%s(%d, %s, %s)", op.helper, instance, id, render(e.X), render(e.Y))
	})
}

// either is a condition that is changed where a change is on.
func either(id int, changed, stands string) string {
	return fmt.Sprintf("(mutantOn(%d) && (%s) || !mutantIs(%d) && (%s))", id, changed, id, stands)
}

// statements collects the edits of the statements of a list; those in other
// places cannot be put behind a condition.
func (f *finder) statements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt:
			if !panics(s.X) {
				f.removal(s)
			}
		case *ast.BranchStmt:
			if s.Tok == token.BREAK || s.Tok == token.CONTINUE {
				f.removal(s)
			}
		case *ast.IncDecStmt:
			f.replacement(s, s.TokPos, f.raw(s.X)+steps[s.Tok].String())
		case *ast.AssignStmt:
			to, ok := assignments[s.Tok]
			switch {
			case ok && numeric(f.info.Types[s.Lhs[0]].Type):
				f.replacement(s, s.TokPos, fmt.Sprintf("%s %s %s", f.raw(s.Lhs[0]), to, f.raw(s.Rhs[0])))
			case s.Tok != token.DEFINE && !blank(s.Lhs):
				f.removal(s)
			}
		}
	}
}

func (f *finder) removal(s ast.Stmt) {
	id := f.note(s.Pos(), "%s → removed", f.raw(s))
	f.edit(s, func(render func(ast.Node) string) string {
		return fmt.Sprintf("if !mutantOn(%d) { %s }", id, render(s))
	})
}

func (f *finder) replacement(s ast.Stmt, pos token.Pos, by string) {
	id := f.note(pos, "%s → %s", f.raw(s), by)
	f.edit(s, func(render func(ast.Node) string) string {
		return fmt.Sprintf("if mutantOn(%d) { %s } else { %s }", id, by, render(s))
	})
}

// numeric says whether values of t are integers or floats of a known type.
func numeric(t types.Type) bool {
	if t == nil {
		return false
	}
	if _, generic := t.(*types.TypeParam); generic {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsInteger|types.IsFloat) != 0
}

// panics says whether e is a call of panic, which may be what a function ends
// with.
func panics(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	name, ok := call.Fun.(*ast.Ident)
	return ok && name.Name == "panic"
}

func blank(list []ast.Expr) bool {
	for _, e := range list {
		if name, ok := e.(*ast.Ident); !ok || name.Name != "_" {
			return false
		}
	}
	return true
}
