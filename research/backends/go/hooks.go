// A backend for hookcast's JSON hooks in Go. Who publishes or plays needs ?token=$HOOK_TOKEN.
//
//	HOOK_SECRET=whsec_... HOOK_TOKEN=... go run hooks.go PORT
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

type call struct{ Action, Param, Stream string }

func isSigned(key []byte, header http.Header, body []byte) bool {
	id, sent := header.Get("webhook-id"), header.Get("webhook-timestamp")
	at, err := strconv.ParseInt(sent, 10, 64)
	if id == "" || err != nil || time.Since(time.Unix(at, 0)).Abs() > 5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, sent, body)
	wanted := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for _, given := range strings.Split(header.Get("webhook-signature"), " ") {
		if hmac.Equal([]byte(given), wanted) {
			return true
		}
	}
	return false
}

func decide(c call, token string) string {
	fmt.Println(c.Action, c.Stream)
	query, _ := url.ParseQuery(strings.TrimPrefix(c.Param, "?"))
	if asks := c.Action == "on_publish" || c.Action == "on_play"; asks && query.Get("token") != token {
		return `{"code":1}`
	}
	return `{"code":0}`
}

func main() {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("HOOK_SECRET"), "whsec_"))
	token := os.Getenv("HOOK_TOKEN")
	if err != nil || len(key) == 0 || token == "" {
		log.Fatal("HOOK_SECRET=whsec_... and HOOK_TOKEN are needed")
	}
	var mutex sync.Mutex
	answers, ids := map[string]string{}, []string{} // by webhook-id: what is told again is answered again, and not acted on
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		id, c := r.Header.Get("webhook-id"), call{}
		if err != nil || !isSigned(key, r.Header, body) || json.Unmarshal(body, &c) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mutex.Lock()
		defer mutex.Unlock()
		if _, known := answers[id]; !known {
			answers[id], ids = decide(c, token), append(ids, id)
		}
		if len(ids) > 10000 {
			delete(answers, ids[0])
			ids = ids[1:]
		}
		io.WriteString(w, answers[id])
	})
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening")
	log.Fatal(http.Serve(listener, nil))
}
