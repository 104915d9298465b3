package hardware

// Facts is what a profile tells of itself.
type Facts struct {
	Basis string // operations, kernels or roofline
	Grade string
}
