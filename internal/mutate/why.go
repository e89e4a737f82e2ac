package main

// why the simulation does not notice that a guard is gone.
type why string

const (
	race   why = "race"   // only rivals who wait for each other do
	behind why = "behind" // another look in the same transaction refuses first
	input  why = "input"  // what is refused for its form alone
	door   why = "door"   // it stands before the services: HTTP, signatures, sign-ins
	wall   why = "wall"   // between brands, and between what may be written and what may not
	beside why = "beside" // what is no trade: reviews, photos, sheets, figures
	rare   why = "rare"   // it takes more than a history has
)

const legend = "*behind*: another look in the same transaction refuses first; *input*: it is the form alone that is refused; " +
	"*door*: it stands before the services; *wall*: between brands, or before what only grows; *beside*: it is no trade; " +
	"*rare*: it takes more than a history has."

// whys is for each guard that the simulation does not miss.
var whys = map[string]why{}
