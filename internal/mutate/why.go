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
	few    why = "few"    // the histories of the last run were too few, or it is not known yet why
)

const legend = "*behind*: another look in the same transaction refuses first; *input*: it is the form alone that is refused; " +
	"*door*: it stands before the services; *wall*: between brands, or before what only grows; *beside*: it is no trade; " +
	"*rare*: it takes more than a history has; *few*: the histories of the run that wrote this page did not come to it."

// whys is for guards that the simulation cannot miss. Of the others that it has not missed so far, it is few.
var whys = map[string]why{
	"a notification is encrypted in the one way that is known":     door,
	"a deleted account's token is refused":                         door,
	"a token is good for its own brand":                            door,
	"a token is signed by one method":                              door,
	"a token ends":                                                 door,
	"a token is for consumers":                                     door,
	"a token that was revoked is refused":                          door,
	"who is suspended is refused":                                  door,
	"a token of staff ends":                                        door,
	"who is refused is refused at once":                            door,
	"a token of staff is good for a year at most":                  door,
	"a role does what the table of permissions says":               door,
	"a shop that is suspended is closed":                           door,
	"what moves money has a key":                                   door,
	"an address asks so often at most":                             door,
	"a body has its bound":                                         door,
	"a push is for this mini program":                              door,
	"who looks for somebody has to be allowed to":                  door,
	"a bill comes from WeChat":                                     door,
	"the journal only grows":                                       wall,
	"a statement names its brand":                                  wall,
	"conditions joined by OR stay within the brand":                wall,
	"a row is made for its own brand":                              wall,
	"a row stays with its brand":                                   wall,
	"SQL by hand names the brand":                                  wall,
	"a join is looked at":                                          wall,
	"SQL by hand changes nothing of what only grows":               wall,
	"the journal is not purged":                                    wall,
	"a mini program is one brand's":                                wall,
	"nothing is shown before all of it was looked at":              beside,
	"a verdict stays as it was told first":                         beside,
	"a photo is used once, by who has sent it":                     beside,
	"few photos wait":                                              beside,
	"something is added to a review once":                          beside,
	"there are so many favourites at most":                         beside,
	"an account in use is not deleted":                             beside,
	"who is gone gets nothing":                                     beside,
	"staff do not see whose a deleted account's order was":         beside,
	"the last owner stays one":                                     beside,
	"freight that a product needs stays":                           beside,
	"a secret goes with its number":                                beside,
	"a file of waybills sends each parcel once":                    beside,
	"a dry run changes nothing":                                    beside,
	"nobody is found who has had their account deleted":            beside,
	"no spreadsheet runs what people have written":                 beside,
	"a day is taken for counted when it was counted after its end": beside,
	"there are so many addresses at most":                          beside,
	"a cart holds so many lines at most":                           beside,
	"the last verdict is the last, whoever comes at the same time": race,
	"a consumer is there once":                                     race,
	"owners who demote each other wait":                            race,
	"who adds a line waits for the consumer":                       race,
	"first orders of one buyer wait for each other":                race,
	"a case lets go of what it holds":                              behind,
	"a job that fails for days is dead":                            rare,
	"an order is locked before it and its payments are changed":    race,
	"whoever works for a buyer waits for the order":                race,
	"staff wait for the order":                                     race,
	"two workers do not take one job":                              race,
	"campaigns of a product are made one after the other":          race,
	"a consumer's orders count each other":                         race,
}

// why tells why the simulation has not noticed that a guard was gone.
func (g guard) why() why {
	if w, known := whys[g.name]; known {
		return w
	}
	return few
}
