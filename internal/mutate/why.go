package main

// why the simulation does not notice that a guard is gone.
type why string

const (
	race   why = "race"   // only rivals do who wait for each other's locks
	behind why = "behind" // another look in the same transaction refuses first
	door   why = "door"   // it stands before the services, in HTTP, which the simulation does without
	rare   why = "rare"   // it takes more than a history has
	few    why = "few"    // the histories of the last run were too few, or it is not known yet why
)

const legend = "*behind*: another look in the same transaction refuses first; *door*: it stands before the services, in HTTP, " +
	"which the simulation does without; *rare*: it takes more than a history has; *few*: the histories of the run that wrote this " +
	"page did not come to it."

// whys is for guards that the simulation cannot miss. Of the others that it has not missed so far, it is few.
var whys = map[string]why{
	"a case lets go of what it holds":                                     behind,
	"what was not sent is not asked for as sent, nor the other way round": behind,
	"a body has its bound":                                                door,
	"a role does what the table of permissions says":                      door,
	"a shop that is suspended is closed":                                  door,
	"an address asks so often at most":                                    door,
	"what moves money has a key":                                          door,
	"who looks for somebody has to be allowed to":                         door,
	"a consumer is there once":                                            race,
	"a consumer's orders count each other":                                race,
	"campaigns of a brand are made one after the other":                   race,
	"first orders of one buyer wait for each other":                       race,
	"owners who demote each other wait":                                   race,
	"staff wait for the order":                                            race,
	"the last verdict is the last, whoever comes at the same time":        race,
	"who adds a line waits for the consumer":                              race,
	"a file whose photo was erased is removed":                            rare,
	"a job that fails for days is dead":                                   rare,
	"a payment begins with the merchant that the brand has":               rare,
	"a second factor that was set meanwhile is asked for":                 rare,
	"a waybill is a parcel's of that half year":                           rare,
	"goods that were looked at are not looked at again":                   rare,
	"no bill is waited for that is another merchant's":                    rare,
	"the days of a merchant that was replaced are kept":                   rare,
	"what another merchant gave back is not missing":                      rare,
	"what another merchant took is not missing":                           rare,
	"what was given up here is not under way in a later bill":             rare,
	"what costs nothing is not a deleted account's":                       rare,
}

// why tells why the simulation has not noticed that a guard was gone.
func (g guard) why() why {
	if w, known := whys[g.name]; known {
		return w
	}
	return few
}
