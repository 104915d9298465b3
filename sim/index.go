package sim

// Places in a shard's slices, each a type of its own so that one is not taken
// for another.
type (
	localFn    uint32 // a function of the shard
	depIndex   uint32 // a deployment
	instanceID uint32
	requestID  uint32
)

// generation counts the uses of a place that events name: an event that bears
// another generation than its place is stale.
type generation uint32

// PlatformID is an index into Config.Platforms.
type PlatformID uint16

const (
	noInstance = ^instanceID(0)
	noRequest  = ^requestID(0)
)
