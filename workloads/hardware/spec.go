package hardware

// Spec asks for a profile.
type Spec struct {
	GPU   string
	Count int64 // GPUs that share each layer; 0 stands for 1
	// Model names a model that ships; Shape, where it is not nil, says what
	// another one is like.
	Model     string
	Shape     *Shape
	Precision Precision // "" stands for bf16
	Engine    string    // "" stands for the newest
}
