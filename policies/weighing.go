package policies

// WeighsStarts is a policy that weighs how long a start takes: where none takes any time it
// has nothing to go by but what it weighs beside that.
type WeighsStarts interface {
	About() Entry
	WeighsStarts()
}

var _, _, _, _ WeighsStarts = GDSF{}, Landlord{}, CIDREEviction{}, RainbowCake{}

// WeighsStarts says that uses × start ÷ memory counts.
func (GDSF) WeighsStarts() {}

// WeighsStarts says that the credit is the start.
func (Landlord) WeighsStarts() {}

// WeighsStarts says that uses × start ÷ (memory × clones) counts.
func (CIDREEviction) WeighsStarts() {}

// WeighsStarts says that what a layer saves of a start bounds how long it stays.
func (RainbowCake) WeighsStarts() {}
