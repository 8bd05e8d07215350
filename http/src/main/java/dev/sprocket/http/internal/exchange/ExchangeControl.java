package dev.sprocket.http.internal.exchange;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.log.AccessRecord;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.LayerContext;
import java.util.List;
import java.util.Map;

/** Control of one request and its response by the layers and filters of this module. */
public interface ExchangeControl {
    /** Attribute of the connection of a request. */
    AttributeKey<ExchangeControl> KEY = AttributeKey.of("HTTP exchange", "is HttpServer below this component?");

    /** Returns the control of the request below a connection, which components may have wrapped. */
    static ExchangeControl of(Connection conn) {
        return KEY.get(conn);
    }

    /** Replaces the CORS headers of the response. */
    void setCorsHeaders(List<Map.Entry<String, String>> headers);

    /** Sets the address of the client behind a proxy, for logs. */
    void setClientAddress(String address);

    /** Marks the response as endless. It ends only when the peer disconnects; the socket is then closed. */
    void markEndless();

    /** Returns the record of the request for access logs. The first call creates it. */
    AccessRecord accessRecord();

    /** Packs the head of the request to save memory while its response is streamed. */
    void packRequest();

    /**
     * Attaches a layer that writes its messages to the streamed response. Called on the event loop.
     *
     * @param plain encoder used where the end of the socket is the end of the body
     * @param chunked encoder that wraps each message in a chunk
     */
    PipelineContext attachStream(Connection conn, LayerContext.Encoder plain, LayerContext.Encoder chunked);

    /** Closes the socket immediately. No effect if the exchange is over: the socket then serves the next one. */
    void abort();
}
