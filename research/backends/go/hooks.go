// A backend for hookcast's JSON hooks in Go. Who publishes or plays needs ?token=$HOOK_TOKEN.
// HOOK_SECRET=whsec_... HOOK_TOKEN=... go run hooks.go PORT
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

var key, keyError = base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("HOOK_SECRET"), "whsec_"))
var token = os.Getenv("HOOK_TOKEN")

func isSigned(header http.Header, body []byte) bool {
	id, sent := header.Get("webhook-id"), header.Get("webhook-timestamp")
	at, err := strconv.ParseUint(sent, 10, 62)
	if id == "" || err != nil || time.Since(time.Unix(int64(at), 0)).Abs() > 5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, sent, body)
	wanted := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, given := range strings.Split(header.Get("webhook-signature"), " ") {
		if hmac.Equal([]byte(given), []byte(wanted)) {
			return true
		}
	}
	return false
}

func decide(body []byte) string {
	var call struct{ Action, Param, Stream string }
	err := json.Unmarshal(body, &call)
	fmt.Println(call.Action, call.Stream)
	query, _ := url.ParseQuery(strings.TrimPrefix(call.Param, "?"))
	if asks := call.Action == "on_publish" || call.Action == "on_play"; err != nil || asks && query.Get("token") != token {
		return `{"code":1}`
	}
	return `{"code":0}`
}

func main() {
	if keyError != nil || len(key) == 0 || token == "" {
		panic("HOOK_SECRET=whsec_... and HOOK_TOKEN are needed")
	}
	var answers sync.Map // by webhook-id: what is told again is answered again, and not acted on; a real one forgets
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !isSigned(r.Header, body) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer, known := answers.Load(r.Header.Get("webhook-id"))
		if !known {
			answer = decide(body)
			answers.Store(r.Header.Get("webhook-id"), answer)
		}
		io.WriteString(w, answer.(string))
	})))
}
