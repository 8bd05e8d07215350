plugins {
    application
}

repositories {
    mavenLocal()
    mavenCentral()
}

dependencies {
    implementation(platform("dev.sprocket:sprocket-bom:0.1.0-SNAPSHOT"))
    implementation("dev.sprocket:sprocket-app")
}

java {
    toolchain {
        languageVersion = JavaLanguageVersion.of(17)
    }
}

application {
    mainClass = "Chat"
}
