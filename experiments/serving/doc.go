// Package serving is how instances serve, as experiments name it: the table
// server of a platform, read into a factory of sim/servers. One kind of server
// is one file and one line of the registry.
package serving
